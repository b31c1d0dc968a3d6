import { array, assert, integer, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { hashOfText } from './key-hash.ts';
import { KeyNumbers } from './key-numbers.ts';
import { Output } from './output.ts';

/** Numbers texts by what their UTF-16 is in bytes. */
class Numbers {
  readonly #bytes = new Output();
  readonly #numbers = new KeyNumbers(this.#bytes);

  of(key: string, hash = hashOfText(key)): number {
    const bytes = Buffer.from(key, 'utf16le').toString('latin1');
    const start = this.#bytes.at;
    this.#bytes.literal(bytes);
    return this.#numbers.of(start, bytes.length, hash);
  }

  /** Each key once, at its number. */
  get keys(): readonly string[] {
    return Array.from({ length: this.#numbers.count }, (_, number) =>
      Buffer.from(this.#numbers.keyAt(number), 'latin1').toString('utf16le'),
    );
  }

  clear(): void {
    this.#numbers.clear();
  }
}

const numberOf = (numbers: Numbers, key: string) => numbers.of(key);

it('numbers keys in the order of their first coming, whatever they are', () => {
  assert(
    property(array(string({ maxLength: 3 }), { maxLength: 200 }), (keys) => {
      const numbers = new Numbers();
      const distinct = [...new Set(keys)];
      expect(keys.map((key) => numberOf(numbers, key))).toEqual(keys.map((key) => distinct.indexOf(key)));
      expect(numbers.keys).toEqual(distinct);
    }),
  );
});

it('knows each of 100,000 again, and the next list starts anew', () => {
  const keys = Array.from({ length: 100_000 }, (_, index) => `"${index}"`);
  const numbers = new Numbers();
  for (const key of keys) numberOf(numbers, key);
  expect(keys.map((key) => numberOf(numbers, key))).toEqual(keys.map((_, index) => index));
  const next = new Numbers();
  expect(keys.slice(7, 9).map((key) => numberOf(next, key))).toEqual([0, 1]);
});

it('knows all keys again after another list has come in between', () => {
  assert(
    property(array(string({ maxLength: 2 })), array(string({ maxLength: 2 })), (ours, theirs) => {
      const [one, other] = [new Numbers(), new Numbers()];
      for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
        for (const [numbers, keys] of [
          [one, ours],
          [other, theirs],
        ] as const) {
          const key = keys[index];
          if (key !== undefined) expect(numberOf(numbers, key)).toBe([...new Set(keys)].indexOf(key));
        }
      }
      expect(one.keys).toEqual([...new Set(ours)]);
      expect(other.keys).toEqual([...new Set(theirs)]);
    }),
  );
});

it('tells keys apart whose hashes are the same, however many', () => {
  assert(
    property(array(string({ maxLength: 3 }), { maxLength: 200 }), integer(), (keys, hash) => {
      const numbers = new Numbers();
      const distinct = [...new Set(keys)];
      expect(keys.map((key) => numbers.of(key, hash))).toEqual(keys.map((key) => distinct.indexOf(key)));
      expect(numbers.keys).toEqual(distinct);
    }),
  );
});

it('forgets all keys when it is told to, those of a long list too', () => {
  const numbers = new Numbers();
  for (const count of [5, 100, 70_000, 20]) {
    for (let key = 0; key < count; key++) expect(numbers.of(`${count}:${key}`)).toBe(key);
    expect(numbers.of(`${count}:0`)).toBe(0);
    expect(numbers.keys).toHaveLength(count);
    numbers.clear();
  }
});
