import { type Logger, metric, type Registry } from '@tributary/telemetry';
import type { CanaryDecision } from './canary-watch.ts';

/** Logs and counts what becomes of canaries. */
export function tellDecisions(logger: Logger, registry: Registry): (decision: CanaryDecision) => void {
  const decisions = metric(registry, 'registry_canary_decisions_total');
  return ({ kind, ...decision }) => {
    decisions.inc({ environment: decision.environment, decision: kind });
    if (kind === 'roll-back') logger.error(decision, 'a canary was taken back');
    else if (kind === 'undecided') logger.warn(decision, 'a canary waits for somebody to decide');
    else logger.info(decision, kind === 'complete' ? 'a canary went live' : 'a canary takes another share');
  };
}
