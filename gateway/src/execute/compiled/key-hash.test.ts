import { randomUUID } from 'node:crypto';
import { array, assert, integer, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOfBytes, hashOfText } from './key-hash.ts';

const viewOf = (b: Uint8Array) => new DataView(b.buffer, b.byteOffset, b.byteLength);
const whole = (b: Uint8Array) => hashOfBytes(b, viewOf(b), 0, b.length);

describe('hashOfBytes', () => {
  it('is the same wherever the bytes stand, up to the last one of an answer', () => {
    assert(
      property(
        uint8Array({ maxLength: 200 }),
        integer({ min: 0, max: 9 }),
        integer({ min: 0, max: 9 }),
        (key, before, after) => {
          const b = new Uint8Array(before + key.length + after).fill(120);
          b.set(key, before);
          expect(hashOfBytes(b, viewOf(b), before, before + key.length)).toBe(whole(key));
        },
      ),
    );
  });

  it('is a 32-bit integer, and looks at every byte of what is not long', () => {
    assert(
      property(uint8Array({ minLength: 1, maxLength: 64 }), integer({ min: 0, max: 63 }), (key, at) => {
        const hash = whole(key);
        expect(hash | 0).toBe(hash);
        const other = key.slice();
        other[at % key.length] = (key[at % key.length] as number) ^ 1;
        expect(whole(other)).not.toBe(hash);
      }),
    );
  });

  it.each([
    ['counted', (index: number) => `"${100_000 + index}"`],
    ['counted behind a name', (index: number) => `"product-${index}"`],
    ['numbers', (index: number) => String(index)],
    ['random', () => `"${randomUUID()}"`],
    [
      'of two parts',
      (index: number) => `{"shop":"${index % 100}","number":"${Math.floor(index / 100)}","in":"EU"}`,
    ],
  ])('leaves no long rows of slots taken: %s keys', (_, keyOf) => {
    const hashes = Array.from({ length: 10_000 }, (__, index) => whole(Buffer.from(keyOf(index))));
    expect(mostProbes(hashes, 32_768)).toBeLessThan(48);
  });
});

/** Of a table with so many slots. */
function mostProbes(hashes: readonly number[], capacity: number): number {
  const taken = new Uint8Array(capacity);
  let most = 0;
  for (const hash of hashes) {
    let probes = 1;
    let slot = hash & (capacity - 1);
    for (; taken[slot] === 1; probes++) slot = (slot + 1) & (capacity - 1);
    taken[slot] = 1;
    most = Math.max(most, probes);
  }
  return most;
}

describe('hashOfText', () => {
  it('is the same for equal texts, and a 32-bit integer', () => {
    assert(
      property(array(string({ maxLength: 60 })), (parts) => {
        const hash = hashOfText(parts.join(''));
        expect(hash).toBe(hashOfText([...parts].join('')));
        expect(hash | 0).toBe(hash);
      }),
    );
  });
});
