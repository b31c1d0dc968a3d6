import { expect, it } from 'vitest';
import type { Assessment } from './assess.ts';
import { type NextStep, nextStep, type StepSettings } from './next-step.ts';

const SETTINGS: StepSettings = {
  steps: [1, 10, 50],
  leastSeconds: 60,
  holdSeconds: 3_600,
  whenUndecided: 'hold',
};
const GOOD: Assessment = {
  share: 1,
  live: { requests: 10_000, bad: 3 },
  canary: { requests: 100, bad: 0 },
  harms: [],
  suspicion: 0.1,
  confidence: 1,
};
const HARM = {
  operation: 'one',
  test: 'errors',
  arms: { live: GOOD.live, canary: { requests: 100, bad: 30 } },
  log: 20,
  threshold: 9,
} as const;

it.each<[string, Partial<Assessment>, number, Partial<StepSettings>, NextStep]>([
  ['goes on once it is shown to be harmless', {}, 60, {}, { kind: 'step', share: 10 }],
  ['takes all after the last step', { share: 50 }, 60, {}, { kind: 'step', share: 100 }],
  ['goes on from a share that somebody chose', { share: 25 }, 60, {}, { kind: 'step', share: 50 }],
  ['stays for the least time', {}, 59, {}, { kind: 'hold', because: 'not-long-enough', undecided: false }],
  [
    'holds on too little data',
    { confidence: 0.4 },
    600,
    {},
    { kind: 'hold', because: 'too-little-data', undecided: false },
  ],
  [
    'holds while gateways tell nothing',
    { canary: { requests: 0, bad: 0 }, confidence: 0 },
    600,
    {},
    { kind: 'hold', because: 'nothing-reported', undecided: false },
  ],
  [
    'holds on a suspicion, sure as it otherwise is',
    { suspicion: 0.6 },
    600,
    {},
    { kind: 'hold', because: 'suspicion', undecided: false },
  ],
  [
    'asks for a decision after the longest hold',
    { confidence: 0.4 },
    3_600,
    {},
    { kind: 'hold', because: 'too-little-data', undecided: true },
  ],
  [
    'goes on then where it is told to',
    { confidence: 0.4 },
    3_600,
    { whenUndecided: 'step' },
    { kind: 'step', share: 10 },
  ],
  [
    'but not with a suspicion',
    { suspicion: 0.6 },
    3_600,
    { whenUndecided: 'step' },
    { kind: 'hold', because: 'suspicion', undecided: true },
  ],
  [
    'rolls back then where it is told to',
    { confidence: 0.4 },
    3_600,
    { whenUndecided: 'roll-back' },
    { kind: 'roll-back', harm: undefined },
  ],
  ['rolls back on harm at once', { harms: [HARM] }, 1, {}, { kind: 'roll-back', harm: HARM }],
])('%s', (_what, assessment, seconds, settings, expected) =>
  expect(nextStep({ ...GOOD, ...assessment }, seconds, { ...SETTINGS, ...settings })).toEqual(expected),
);
