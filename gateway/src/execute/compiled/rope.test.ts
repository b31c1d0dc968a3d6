import { expect, it } from 'vitest';
import { flat, join } from './rope.ts';

/** A node of these pieces. */
const node = (...pieces: string[]) => ({
  json: () => pieces.join(''),
  into: (all: string[]) => void all.push(...pieces),
});

it('writes pieces of text and nodes in turn', () => {
  expect(join(['[', node('{"a":', '1}'), ',', node('{}'), ']'])).toBe('[{"a":1},{}]');
  expect(join([])).toBe('');
});

it.each([10, 100, 10_000])('writes %i nodes', (count) => {
  const rope = Array.from({ length: count }, (_, index) => [node('{"a":', `${index}`, '}'), ',']).flat();
  const items = Array.from({ length: count }, (_, index) => `{"a":${index}},`);
  expect(join(rope)).toBe(items.join(''));
});

it('flattens a text without changing it', () => {
  const parts = Array.from({ length: 50 }, (_, index) => `"key${index}":${index}`);
  const text = `{${parts.join()}}`;
  expect(
    flat(parts.reduce((sum, part, index) => `${sum}${index > 0 ? ',' : ''}${part}`, '{').concat('}')),
  ).toBe(text);
  expect(flat('')).toBe('');
});
