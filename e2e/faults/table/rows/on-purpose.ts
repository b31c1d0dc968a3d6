import type { FaultGroup, FaultRow, MetricSign } from '../fault-row.ts';
import { LIMITS, loyaltyLost, nothingLost } from '../loyalty.ts';
import { policy } from '../policy.ts';

const SLOW_MS = 200;

/** Faults that the policy file asks for, as a team would try its clients and alerts on staging. */
export const onPurpose: FaultGroup = {
  title: 'Faults on purpose',
  about:
    'One rule under `faults: { rules: [...] }` of the policy file of a gateway that was started with `TRIBUTARY_FAULTS=on` ([traffic.md](traffic.md#faults-on-purpose)); it is followed, and given up, without a restart.',
  rows: [
    {
      ...rule(`{ subgraph: loyalty, delayMs: ${SLOW_MS} }`, 'delay', nothingLost()),
      withinMs: SLOW_MS + nothingLost().withinMs,
      log: { msg: 'fetches meet faults on purpose, as the policy says', fields: {} },
    },
    rule(
      `{ subgraph: loyalty, delayMs: ${10 * LIMITS.fetchMs} }`,
      'delay',
      loyaltyLost('SUBGRAPH_TIMEOUT', /Timeout/),
    ),
    rule(
      '{ subgraph: loyalty, fault: { kind: reset } }',
      'reset',
      loyaltyLost('SUBGRAPH_UNAVAILABLE', /injected/),
    ),
    rule(
      '{ subgraph: loyalty, fault: { kind: status, status: 503 } }',
      'status',
      loyaltyLost('SUBGRAPH_UNAVAILABLE', /status 503/),
    ),
    rule(
      '{ subgraph: loyalty, fault: { kind: malformed } }',
      'malformed',
      loyaltyLost('SUBGRAPH_MALFORMED_RESPONSE', /not JSON/),
    ),
    {
      ...rule(
        '{ subgraph: loyalty, fault: { kind: error } }',
        'error',
        loyaltyLost('SUBGRAPH_UNAVAILABLE', /./),
      ),
      client: {
        status: 200,
        data: 'all but loyalty',
        codes: ['INTERNAL_SERVER_ERROR'],
        degraded: ['loyalty INTERNAL_SERVER_ERROR'],
      },
      span: {
        name: 'fetch loyalty',
        attributes: { 'tributary.injected_fault': 'error', 'tributary.error_count': 1 },
      },
      log: { msg: 'masked an error', fields: { subgraph: 'loyalty' } },
    },
  ],
};

// Private:

type Seen = ReturnType<typeof nothingLost> & Pick<FaultRow, 'log'>;

/** What everyone sees is what the fault is like; that it is on purpose is in trace and metric. */
function rule(text: string, fault: string, seen: Seen): FaultRow {
  const span = {
    name: 'fetch loyalty',
    attributes: { ...seen.span?.attributes, 'tributary.injected_fault': fault },
  };
  const metric: MetricSign = {
    name: 'subgraph_injected_faults_total',
    labels: { subgraph: 'loyalty', fault },
  };
  return {
    ...seen,
    name: `\`${text}\``,
    begin: (stage) => policy(stage, (file) => `${file}faults: { rules: [${text}] }\n`),
    span,
    metric,
  };
}
