import { expect, it } from 'vitest';
import type { CanaryStatus, RollbackReport } from '../../contract/canary.ts';
import { canaryText, reportLines } from './canary-text.ts';

const STATUS: CanaryStatus = {
  share: 1,
  nextShare: 10,
  hold: null,
  undecided: false,
  seconds: 70,
  live: { requests: 9_900, bad: 3 },
  canary: { requests: 100, bad: 0 },
  suspicion: 0,
  confidence: 1,
};

it.each([
  [{}, '10 % is next'],
  [{ hold: 'too-little-data' }, 'held: too few requests to show that it does no harm'],
  [
    { hold: 'suspicion', undecided: true },
    'somebody has to decide: something speaks against it, not yet surely',
  ],
] as const)('says in a line how a canary is doing: %j', (more, end) =>
  expect(canaryText({ ...STATUS, ...more })).toBe(
    `for 70 s: 0 of 100 requests failed, live 3 of 9900 requests failed; ${end}`,
  ),
);

it('tells why one was taken back, down to the commit and to requests', () => {
  const report: RollbackReport = {
    reason: 'harm',
    summary: 'Home fails.',
    share: 1,
    seconds: 30,
    operation: { hash: 'abc', name: 'Home' },
    live: STATUS.live,
    canary: STATUS.canary,
    coordinate: 'User.orders',
    code: 'INTERNAL',
    subgraph: 'orders',
    commit: 'c0ffee',
    revision: null,
    changed: null,
    traceIds: ['1', '2'],
  };
  expect(reportLines(report)).toEqual([
    'Home fails.',
    'operation Home abc',
    'at User.orders (INTERNAL)',
    'in orders from c0ffee',
    'traces 1 2',
  ]);
  expect(reportLines({ reason: 'carts are empty' })).toEqual(['report {"reason":"carts are empty"}']);
});
