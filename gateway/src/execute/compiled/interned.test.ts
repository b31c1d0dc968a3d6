import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Interned } from './interned.ts';

/** Reads an answer, a list of objects, as compiled code does: what is not found is kept. @returns the row of each. */
function nodesOf(texts: readonly string[], hint = 1, interned = new Interned()): readonly number[] {
  const rows = [''];
  const bytes = Buffer.from(texts.join(','));
  const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  const nodes = texts.map((text) => {
    const length = Buffer.byteLength(text);
    const end = interned.find(v, start, start + hint);
    let { node } = interned;
    if (end === 0) {
      node = rows.push(text) - 1;
      interned.keep(v, start, start + hint, start + length, node);
    } else {
      expect(end - start).toBe(length);
      expect(rows[node]).toBe(text);
    }
    start += length + 1;
    return node;
  });
  interned.clear();
  return nodes;
}

const TAIL = '{"padding":"so that the last object has bytes behind its hint"}';

it('makes equal objects one', () => {
  const [a, b, again, other] = nodesOf(['{"id":"a"}', '{"id":"b"}', '{"id":"a"}', '{"id":"ab"}', TAIL], 6);
  expect(again).toBe(a);
  expect(new Set([a, b, other]).size).toBe(3);
});

it('takes no object for another, whatever their bytes and wherever they seem to differ', () => {
  const object = fc.record({ id: fc.string({ maxLength: 3 }), rest: fc.constantFrom('x', 'y', 'é') });
  const interned = new Interned();
  fc.assert(
    fc.property(fc.array(object, { maxLength: 200 }), fc.nat({ max: 20 }), (objects, hint) => {
      // Each answer is read into the tables of those before.
      nodesOf([...objects.map((each) => JSON.stringify(each)), TAIL], hint, interned);
    }),
  );
});

it('knows nothing of the answers before, however many bytes there were', () => {
  const interned = new Interned();
  const v = new DataView(new ArrayBuffer(64));
  for (let answer = 1; answer < 10; answer++) {
    expect(interned.find(v, 20, 30)).toBe(0);
    interned.keep(v, 0, 10, 20, answer);
    expect(interned.find(v, 20, 30)).toBe(40);
    expect(interned.node).toBe(answer);
    interned.keep(v, 20, 30, 2 ** 29, answer);
    interned.clear();
  }
});

it('has tables of its own while the answer is read', () => {
  const v = new DataView(new ArrayBuffer(64));
  const [one, other] = [new Interned(), new Interned()];
  one.keep(v, 0, 10, 20, 1);
  expect(other.find(v, 20, 30)).toBe(0);
  other.keep(v, 0, 10, 20, 2);
  expect([one.find(v, 20, 30), one.node]).toEqual([40, 1]);
  expect([other.find(v, 20, 30), other.node]).toEqual([40, 2]);
  one.clear();
  other.clear();
});

it('sees each byte of objects of any length', () => {
  for (let length = 4; length < 40; length++) {
    for (let changed = -1; changed < length; changed++) {
      const bytes = Buffer.alloc(2 * length + 20, 'x');
      if (changed >= 0) bytes[length + changed] = 121;
      const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const interned = new Interned();
      // Where the hint is behind both, they seem to be the same.
      interned.keep(v, 0, 2 * length, length, 1);
      expect(interned.find(v, length, 2 * length)).toBe(changed < 0 ? 2 * length : 0);
      interned.clear();
    }
  }
});

it('finds nothing behind the last byte', () => {
  const [a, b] = nodesOf(['{"id":"a"}', '{"id":"a"}'], 6);
  expect(b).not.toBe(a);
});

it('stops looking where hardly any object repeats', () => {
  const texts = Array.from({ length: 300 }, (_, index) => `{"id":"${index}"}`);
  const nodes = nodesOf([...texts, '{"id":"299"}', TAIL], 6);
  expect(nodes[300]).not.toBe(nodes[299]);
});

it('goes on looking where many do, among thousands of others', () => {
  const repeated = Array.from({ length: 400 }, (_, index) => `{"id":"${index % 40}"}`);
  const others = Array.from({ length: 3_000 }, (_, index) => `{"id":"other ${index}"}`);
  const nodes = nodesOf([...repeated, ...others, ...others, TAIL], 6);
  const distinct = new Set(nodes).size;
  expect(distinct).toBeGreaterThanOrEqual(3_041);
  // Some entries have been taken by others.
  expect(distinct).toBeLessThan(4_500);
});
