import { expect, it } from 'vitest';
import { Asked, keys } from './asked.ts';
import { hashOfText } from './key-hash.ts';

/** What adding each key gave: its text, and the number of its place. */
function ask(asked: Asked, ...added: readonly (readonly [string, number])[]): readonly number[] {
  const order = added.map(([key, place]) => {
    keys.literal(key);
    return asked.add(hashOfText(key), place);
  });
  asked.close();
  return order;
}

const at = (place: number, ...added: readonly string[]) => added.map((key) => [key, place] as const);

it('asks for each representation once and tells which node gets which', () => {
  const asked = new Asked(['', '']);
  expect(ask(asked, ...at(0, 'a', 'b', 'a', 'c', 'b', 'a'))).toEqual([0, 1, 0, 2, 1, 0]);
  expect(asked.representations).toEqual(['a', 'b', 'c']);
});

it('remembers of what kind each is', () => {
  const asked = new Asked(['', '']);
  ask(asked, ['user', 0], ['product', 1], ['user', 0], ['shop', 2]);
  expect(asked.placeOf).toEqual([0, 1, 2]);
});

it('is not confused by texts that objects have as keys', () => {
  expect(ask(new Asked(['', '']), ...at(0, 'constructor', '__proto__', 'toString', '__proto__'))).toEqual([
    0, 1, 2, 1,
  ]);
});

it('puts what all representations share around each key', () => {
  const asked = new Asked(['{"id":', '}']);
  ask(asked, ...at(0, '"1"', '"2"', '"1"'));
  expect(asked.representations).toEqual(['{"id":"1"}', '{"id":"2"}']);
  expect(asked.list).toBe('{"id":"1"},{"id":"2"}');
  const none = new Asked(['{"id":', '}']);
  none.close();
  expect([none.list, none.representations]).toEqual(['', []]);
});

it('keeps its list while another is asked for', () => {
  const [one, other] = [new Asked(['<', '>']), new Asked(['', ''])];
  ask(other, ...at(0, 'later'));
  expect(other.list).toBe('later');
  const first = new Asked(['<', '>']);
  ask(first, ...at(0, 'x', 'y'));
  ask(new Asked(['(', ')']), ...at(0, 'overwritten'));
  expect([one.list, first.list, first.representations]).toEqual(['', '<x>,<y>', ['<x>', '<y>']]);
});

it('knows each of ten thousand again', () => {
  const ids = Array.from({ length: 10_000 }, (_, id) => `"${id}"`);
  const asked = new Asked(['{"id":', '}']);
  expect(ask(asked, ...at(0, ...ids), ...at(0, ...ids))).toEqual([...ids.keys(), ...ids.keys()]);
  expect(asked.list).toBe(ids.map((id) => `{"id":${id}}`).join());
});
