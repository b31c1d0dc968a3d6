import { expect, it } from 'vitest';
import { buildsOn, nextState, type ReleaseEvent, type ReleaseState } from './release.ts';

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

const CHANGE = { brought: ['orders-2'], removed: ['reviews'] };
it.each([
  [{ users: 'users-1', orders: 'orders-2', reviews: 'reviews-1' }, true],
  [{ users: 'users-1', orders: 'orders-3' }, true],
  [{ users: 'users-2', orders: 'orders-3', reviews: 'reviews-1' }, false],
])('a release of %o builds on one that brought orders-2 and removed reviews: %s', (members, expected) => {
  expect(buildsOn(new Map(Object.entries(members)), CHANGE)).toBe(expected);
});
