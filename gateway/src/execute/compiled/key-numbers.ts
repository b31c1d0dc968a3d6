import type { Output } from './output.ts';

/** So few are looked through one by one. */
const FEW = 8;
/** Keys whose hashes collide more often than this are meant to: then the engine's own map takes over. */
const MAX_PROBES = 128;
/** Slots of the table that is kept; one that a long list has made larger is let go of. */
const KEPT = 512;
/** More keys than any list has; a slot holds a number below it, above the base of the list whose slot it is. */
const STEP = 2 ** 22;
const MOST_BASE = 2 ** 52;
const NONE = -1;

// One open hash table for all, as keys are numbered one list after the other: for most lists nothing has to be made, and nothing
// is ever emptied, for what an earlier list has left is below the base of the next.
let slots = new Float64Array(KEPT);
let base = 0;

/**
 * Numbers keys in the order of their first coming; each is bytes of one output. The engine's own map costs more than twice the time, and
 * garbage of twice the size.
 */
export class KeyNumbers {
  /** Where each key stands that was new. */
  readonly starts: number[] = [];
  readonly lengths: number[] = [];
  readonly #hashes: number[] = [];
  readonly #bytes: Output;
  /** That of the table while it is this list's. */
  #base = NONE;
  #map: Map<string, number> | undefined;

  constructor(bytes: Output) {
    this.#bytes = bytes;
  }

  /** The number of a key, a new one where it has not come yet. Equal keys have equal hashes, which are 32-bit integers. */
  of(start: number, length: number, hash: number): number {
    const count = this.starts.length;
    if (count <= FEW) {
      for (let number = 0; number < count; number++) if (this.#is(number, start, length, hash)) return number;
      if (count < FEW) return this.#add(start, length, hash);
    }
    if (this.#map !== undefined) return this.#inMap(this.#map, start, length, hash);
    if (this.#base !== base || 2 * count >= slots.length) this.#takeTable();
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let probes = 0; probes < MAX_PROBES; probes++) {
      const number = (slots[slot] as number) - base;
      if (number < 0) {
        slots[slot] = base + count;
        return this.#add(start, length, hash);
      }
      if (this.#is(number, start, length, hash)) return number;
      slot = (slot + 1) & mask;
    }
    this.#map = new Map(
      this.starts.map((known, number) => [this.#textAt(known, this.lengths[number] as number), number]),
    );
    return this.#inMap(this.#map, start, length, hash);
  }

  /** Differs where the keys do, for the most part. */
  get mark(): number {
    const hashes = this.#hashes;
    const ends = ((hashes[0] ?? 0) + (hashes[hashes.length - 1] ?? 0)) | 0;
    return (Math.imul(ends, 31) + hashes.length) | 0;
  }

  // Private:

  #is(number: number, start: number, length: number, hash: number): boolean {
    return (
      this.#hashes[number] === hash &&
      this.lengths[number] === length &&
      this.#bytes.isSame(this.starts[number] as number, start, length)
    );
  }

  #add(start: number, length: number, hash: number): number {
    this.lengths.push(length);
    this.#hashes.push(hash);
    return this.starts.push(start) - 1;
  }

  #inMap(map: Map<string, number>, start: number, length: number, hash: number): number {
    const key = this.#textAt(start, length);
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, this.starts.length);
    return this.#add(start, length, hash);
  }

  #textAt(start: number, length: number): string {
    return this.#bytes.text(start, start + length);
  }

  /** From another list, or as a larger one. */
  #takeTable(): void {
    const { length } = this.#hashes;
    let capacity = KEPT;
    while (capacity <= 2 * length) capacity *= 4;
    if (capacity !== slots.length || capacity > KEPT) slots = new Float64Array(capacity);
    if (base >= MOST_BASE) {
      slots.fill(0);
      base = 0;
    }
    base += STEP;
    this.#base = base;
    const mask = slots.length - 1;
    for (let number = 0; number < length; number++) {
      let slot = (this.#hashes[number] as number) & mask;
      while ((slots[slot] as number) >= base) slot = (slot + 1) & mask;
      slots[slot] = base + number;
    }
  }
}
