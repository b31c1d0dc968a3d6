import { expect, it } from 'vitest';
import { Interned } from './interned.ts';

function keep(interned: Interned<object>, text: string): object {
  const known = interned.find(text);
  if (known) return known;
  const node = { text };
  interned.keep(text, node);
  return node;
}

it('makes equal objects one', () => {
  const interned = new Interned<object>();
  const [first, other] = [keep(interned, 'a'), keep(interned, 'b')];
  expect(keep(interned, 'a')).toBe(first);
  expect(keep(interned, 'b')).toBe(other);
  expect(first).not.toBe(other);
});

it('stops looking where hardly any object repeats', () => {
  const interned = new Interned<object>();
  const first = keep(interned, '0');
  for (let index = 1; index < 300; index++) keep(interned, String(index));
  expect(keep(interned, '0')).not.toBe(first);
});

it('goes on looking where many do', () => {
  const interned = new Interned<object>();
  for (let index = 0; index < 400; index++) keep(interned, String(index % 40));
  const first = keep(interned, '7');
  for (let index = 0; index < 1_000; index++) keep(interned, `other ${index}`);
  expect(keep(interned, '7')).toBe(first);
  expect(keep(interned, 'other 999')).toBe(keep(interned, 'other 999'));
});
