import { expect, it } from 'vitest';
import { flat, join } from './rope.ts';

it('writes pieces of text and nodes in turn', () => {
  const node = (text: string) => ({ json: () => text });
  expect(join(['[', node('{"a":1}'), ',', node('{}'), ']'])).toBe('[{"a":1},{}]');
  expect(join([])).toBe('');
});

it('flattens a text without changing it', () => {
  const parts = Array.from({ length: 50 }, (_, index) => `"key${index}":${index}`);
  const text = `{${parts.join()}}`;
  expect(
    flat(parts.reduce((sum, part, index) => `${sum}${index > 0 ? ',' : ''}${part}`, '{').concat('}')),
  ).toBe(text);
  expect(flat('')).toBe('');
});
