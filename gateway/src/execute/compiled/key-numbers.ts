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

/** Numbers keys in the order of their first coming. The engine's own map costs more than twice the time, and garbage of twice the size. */
export class KeyNumbers {
  /** Each key once, at its number. */
  readonly keys: string[] = [];
  readonly #hashes: number[] = [];
  /** That of the table while it is this list's. */
  #base = NONE;
  #map: Map<string, number> | undefined;

  /** The number of a key, a new one where it has not come yet. Equal keys have equal hashes, which are 32-bit integers. */
  of(key: string, hash: number): number {
    const { keys } = this;
    const hashes = this.#hashes;
    if (keys.length <= FEW) {
      for (let number = 0; number < keys.length; number++) {
        if (hashes[number] === hash && keys[number] === key) return number;
      }
      if (keys.length < FEW) return this.#add(key, hash);
    }
    if (this.#map !== undefined) return this.#inMap(this.#map, key);
    if (this.#base !== base || 2 * keys.length >= slots.length) this.#takeTable();
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let probes = 0; probes < MAX_PROBES; probes++) {
      const number = (slots[slot] as number) - base;
      if (number < 0) {
        slots[slot] = base + keys.length;
        return this.#add(key, hash);
      }
      if (hashes[number] === hash && keys[number] === key) return number;
      slot = (slot + 1) & mask;
    }
    this.#map = new Map(keys.map((known, number) => [known, number]));
    return this.#inMap(this.#map, key);
  }

  /** Differs where the keys do, for the most part. */
  get mark(): number {
    const hashes = this.#hashes;
    const ends = ((hashes[0] ?? 0) + (hashes[hashes.length - 1] ?? 0)) | 0;
    return (Math.imul(ends, 31) + this.keys.length) | 0;
  }

  // Private:

  #add(key: string, hash: number): number {
    this.#hashes.push(hash);
    return this.keys.push(key) - 1;
  }

  #inMap(map: Map<string, number>, key: string): number {
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, this.keys.length);
    return this.keys.push(key) - 1;
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
