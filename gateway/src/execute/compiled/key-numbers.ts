import type { Output } from './output.ts';

/** So few are looked through one by one. */
const FEW = 8;
/** Keys whose hashes collide more often than this are meant to: then the engine's own map takes over. */
const MAX_PROBES = 128;
/** Room for so many keys at first. */
const FIRST = 512;
/** And for so many once a list was as long; that for longer ones is let go of. */
const MOST_KEPT = 65_536;
/** More keys than any list has; a slot holds a number below it, above the base of the list whose slot it is. */
const STEP = 2 ** 22;
const MOST_BASE = 2 ** 52;
const NONE = -1;

// One open hash table for all, as keys are numbered one list after the other: for most lists nothing has to be made, and nothing
// is ever emptied, for what an earlier list has left is below the base of the next. A short list has its keys in the first slots only.
let slots = new Float64Array(FIRST);
let mask = FIRST - 1;
let base = 0;

/**
 * Numbers keys in the order of their first coming; each is bytes of one output. The engine's own map costs more than twice the time, and
 * garbage of twice the size.
 */
export class KeyNumbers {
  readonly #bytes: Output;
  /** How many keys there are. */
  count = 0;
  /** Of each key where it stands that was new, how long it is, and its hash. */
  #starts = new Int32Array(FIRST);
  #lengths = new Int32Array(FIRST);
  #hashes = new Int32Array(FIRST);
  /** That of the table while it is this list's. */
  #base = NONE;
  #map: Map<string, number> | undefined;

  constructor(bytes: Output) {
    this.#bytes = bytes;
  }

  /** Forgets all keys. */
  clear(): void {
    this.count = 0;
    this.#base = NONE;
    this.#map = undefined;
    if (this.#starts.length > MOST_KEPT) this.#resize(FIRST);
  }

  /** The number of a key, a new one where it has not come yet. Equal keys have equal hashes, which are 32-bit integers. */
  of(start: number, length: number, hash: number): number {
    const { count } = this;
    if (count <= FEW) {
      for (let number = 0; number < count; number++) if (this.#is(number, start, length, hash)) return number;
      if (count < FEW) return this.#add(start, length, hash);
    }
    if (this.#map !== undefined) return this.#inMap(this.#map, start, length, hash);
    if (this.#base !== base || 2 * count > mask) this.#takeTable();
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
    this.#map = new Map(Array.from({ length: count }, (_, number) => [this.keyAt(number), number]));
    return this.#inMap(this.#map, start, length, hash);
  }

  /** The bytes of a key, as byte text. */
  keyAt(number: number): string {
    const start = this.#starts[number] as number;
    return this.#bytes.text(start, start + (this.#lengths[number] as number));
  }

  /** Differs where the keys do, for the most part. */
  get mark(): number {
    const { count } = this;
    const ends = count === 0 ? 0 : ((this.#hashes[0] as number) + (this.#hashes[count - 1] as number)) | 0;
    return (Math.imul(ends, 31) + count) | 0;
  }

  // Private:

  #is(number: number, start: number, length: number, hash: number): boolean {
    return (
      this.#hashes[number] === hash &&
      this.#lengths[number] === length &&
      this.#bytes.isSame(this.#starts[number] as number, start, length)
    );
  }

  #add(start: number, length: number, hash: number): number {
    const number = this.count++;
    if (number === this.#starts.length) this.#resize(2 * number);
    this.#starts[number] = start;
    this.#lengths[number] = length;
    this.#hashes[number] = hash;
    return number;
  }

  #resize(length: number): void {
    const resized = (old: Int32Array) => {
      const cells = new Int32Array(length);
      cells.set(old.subarray(0, length));
      return cells;
    };
    this.#starts = resized(this.#starts);
    this.#lengths = resized(this.#lengths);
    this.#hashes = resized(this.#hashes);
  }

  #inMap(map: Map<string, number>, start: number, length: number, hash: number): number {
    const key = this.#bytes.text(start, start + length);
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, this.count);
    return this.#add(start, length, hash);
  }

  /** From another list, or as a larger one. */
  #takeTable(): void {
    const length = this.count;
    let capacity = FIRST;
    while (capacity <= 2 * length) capacity *= 4;
    const isTooLong = slots.length > 2 * MOST_KEPT;
    if (capacity > slots.length || isTooLong) slots = new Float64Array(capacity);
    mask = capacity - 1;
    if (base >= MOST_BASE) {
      slots.fill(0);
      base = 0;
    }
    base += STEP;
    this.#base = base;
    for (let number = 0; number < length; number++) {
      let slot = (this.#hashes[number] as number) & mask;
      while ((slots[slot] as number) >= base) slot = (slot + 1) & mask;
      slots[slot] = base + number;
    }
  }
}
