import { expect, it } from 'vitest';
import { withoutStacks } from './without-stacks.ts';

it('makes errors without stacks, and leaves those of others alone', () => {
  const { stackTraceLimit } = Error;
  expect(withoutStacks(() => new Error('refused')).stack).toBe('Error: refused');
  const fail = () => {
    throw new Error('a bug');
  };
  expect(() => withoutStacks(fail)).toThrow('a bug');
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  expect(new Error('x').stack).toContain('without-stacks.test.ts');
});
