import { expect, it } from 'vitest';
import { Asked, keys } from './asked.ts';
import { SteppedAside } from './json-bytes.ts';
import { hashOfText } from './key-hash.ts';

/** What adding each key gave: its text, and the number of its place. */
function ask(asked: Asked, ...added: readonly (readonly [string, number])[]): readonly number[] {
  const order = added.map(([key, place]) => {
    keys.literal(key);
    return asked.addAt(place, hashOfText(key));
  });
  asked.close();
  return order;
}

const at = (place: number, ...added: readonly string[]) => added.map((key) => [key, place] as const);

it('asks for each representation once and tells which node gets which', () => {
  const asked = new Asked(['', '']);
  expect(ask(asked, ...at(0, '1', '22', '1', '3', '22', '1'))).toEqual([0, 1, 0, 2, 1, 0]);
  expect(asked.representations).toEqual(['1', '22', '3']);
});

it('remembers of what kind each is', () => {
  const asked = new Asked(['', '']);
  ask(asked, ['user', 0], ['product', 1], ['user', 0], ['shop', 2]);
  expect([0, 1, 2].map((index) => asked.placeOf(index))).toEqual([0, 1, 2]);
});

it('steps aside where equal representations are of different kinds', () => {
  expect(() => ask(new Asked(['', '']), ['same', 0], ['same', 1])).toThrow(SteppedAside);
});

it('puts all of one place in the first', () => {
  const asked = new Asked(['', '']);
  keys.literal('1');
  asked.add(hashOfText('1'));
  expect(asked.placeOf(0)).toBe(0);
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
  const first = new Asked(['<', '>']);
  ask(first, ...at(0, 'x', 'y'));
  ask(new Asked(['(', ')']), ...at(0, 'overwritten'));
  expect(first.list).toBe('<x>,<y>');
});

it('knows each of ten thousand again', () => {
  const ids = Array.from({ length: 10_000 }, (_, id) => `"${id}"`);
  const asked = new Asked(['{"id":', '}']);
  expect(ask(asked, ...at(0, ...ids), ...at(0, ...ids))).toEqual([...ids.keys(), ...ids.keys()]);
  expect(asked.list).toBe(ids.map((id) => `{"id":${id}}`).join());
});
