import { expect, it } from 'vitest';
import type { CanaryStatus } from '../../contract/canary.ts';
import { canaryText } from './canary-text.ts';

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
