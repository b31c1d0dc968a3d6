import type { Logger } from '@tributary/telemetry';
import { readApiSchemaUnhurried } from './api-schema.ts';
import { createCulprits } from './culprits.ts';
import { documentText } from './loaded-supergraph.ts';
import { createPlanQueue } from './plan-queue.ts';
import type { Planner } from './planner.ts';
import type { QueryPlan } from './query-plan.ts';
import { createSourceNames } from './source-names.ts';
import { startPlannerThread } from './thread/planner-thread-handle.ts';

export interface PlannerOptions {
  readonly logger: Logger;
  /** Time that planning one operation may take; its thread is then ended and replaced. */
  readonly planTimeoutMs?: number;
  /** Heap of the planner's thread. */
  readonly maxHeapMb?: number;
  /** Time that reading the supergraph may take. */
  readonly startTimeoutMs?: number;
  /** Operations that may wait to be planned; further ones are refused. */
  readonly maxWaiting?: number;
}

/**
 * A planner with a thread of its own: no operation, however hard to plan, holds up the event loop, outgrows the heap it is
 * given or takes the others with it. Rejects with one line when the text is no supergraph.
 */
export async function createPlanner(supergraphSdl: string, options: PlannerOptions): Promise<Planner> {
  const { logger, planTimeoutMs = 10_000, maxHeapMb = 1_024, startTimeoutMs = 60_000 } = options;
  const limits = { maxHeapMb, startTimeoutMs };
  const thread = await startPlannerThread({ supergraphSdl, tellLoaded: true }, limits);
  // Told by the first thread, which was asked to; nothing else starts one so.
  const loaded = thread.loaded as NonNullable<typeof thread.loaded>;

  const queue = createPlanQueue({
    thread,
    replace: () => startPlannerThread({ supergraphSdl, tellLoaded: false }, limits),
    culprits: createCulprits(),
    planTimeoutMs,
    maxWaiting: options.maxWaiting ?? 1_000,
    logger,
  });
  const schema = await readApiSchemaUnhurried(loaded.apiSchemaParts);
  const underWay = new Map<string, Promise<QueryPlan>>();

  return {
    schema,
    facts: loaded.facts,
    sourceNamesOf: ({ meanings }) => createSourceNames(loaded.reservedNames, meanings),
    plan({ document, operation, activeLabels }) {
      const request = {
        source: documentText(document),
        operationName: operation.name?.value,
        activeLabels: [...activeLabels].sort(),
      };
      const key = JSON.stringify([request.operationName, request.activeLabels, request.source]);
      const running = underWay.get(key);
      if (running !== undefined) return running;
      const plan = queue.plan(request, key).finally(() => underWay.delete(key));
      underWay.set(key, plan);
      return plan;
    },
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  };
}
