import { expect, it } from 'vitest';
import { nextState, type ReleaseEvent, type ReleaseState } from './release.ts';

it.each<[ReleaseState, ReleaseEvent, ReleaseState | undefined]>([
  ['waiting', 'attested', 'canary'],
  ['waiting', 'completed', 'live'],
  ['waiting', 'given-up', 'refused'],
  ['waiting', 'harmed', undefined],
  ['canary', 'completed', 'live'],
  ['canary', 'harmed', 'rolled-back'],
  ['live', 'replaced', 'superseded'],
  ['live', 'harmed', 'rolled-back'],
  ['canary', 'stepped', 'canary'],
  ['live', 'stepped', undefined],
  ['live', 'attested', undefined],
  ['superseded', 'completed', 'live'],
  ['rolled-back', 'completed', undefined],
  ['refused', 'attested', undefined],
])('a release that is %s and %s becomes %s', (state, event, next) =>
  expect(nextState(state, event)).toBe(next),
);
