import { expect, it } from 'vitest';
import { faultsTogether } from './index.ts';

it.each([
  [{}, []],
  [{ URL: 'a', TOKEN: 'b', KEYS: 'c' }, []],
  [{ URL: 'a' }, ['TOKEN: is required with URL', 'KEYS: is required with URL']],
  [{ TOKEN: 'b' }, ['URL: is required with TOKEN', 'KEYS: is required with TOKEN']],
  [{ URL: 'a', KEYS: 'c' }, ['TOKEN: is required with URL']],
])('finds what is missing beside %j', (env, faults) => {
  expect(faultsTogether(env, ['URL', 'TOKEN', 'KEYS'])).toEqual(faults);
});
