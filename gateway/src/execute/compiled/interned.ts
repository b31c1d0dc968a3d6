const FIRST_CAPACITY = 32;
const MAX_CAPACITY = 8192;

/** Looking up costs as much as it saves where hardly anything repeats. */
const TRIAL = 256;
const WORTH_IT = TRIAL / 10;

/** How many of the bytes at the hint tell objects apart. */
const HINT_BYTES = 12;

/**
 * The nodes of one place in one answer, found again by the bytes that they were read from: where the same bytes come
 * again, the object has been read and checked before, and its node is there.
 *
 * A table with one entry for each hash of the few bytes in which objects differ first. An entry that another one has
 * taken costs a node that is made twice, nothing else.
 */
export class Interned {
  /** What `find` has found: its row. */
  node = 0;
  #nodes: number[] = [];
  // Plain arrays: most are short, and to make a typed one costs as much as to fill it.
  #starts: number[] = [];
  #ends: number[] = [];
  #found = 0;
  #kept = 0;
  #isGivenUp = false;

  /** The position behind the object at `start` if its bytes have been kept; else 0. `hint`: where objects differ first. */
  find(v: DataView, start: number, hint: number): number {
    if (this.#kept === 0 || this.#isGivenUp || hint + HINT_BYTES > v.byteLength) return 0;
    const slot = hashAt(v, hint) & (this.#starts.length - 1);
    const from = this.#starts[slot] as number;
    const last = (this.#ends[slot] as number) - 4;
    const shift = start - from;
    if (last + shift + 4 > v.byteLength) return 0;
    for (let p = from; p < last; p += 4) {
      if (v.getInt32(p, true) !== v.getInt32(p + shift, true)) return 0;
    }
    if (v.getInt32(last, true) !== v.getInt32(last + shift, true)) return 0;
    this.#found++;
    this.node = this.#nodes[slot] as number;
    return last + shift + 4;
  }

  /** Objects are at least four bytes long. */
  keep(v: DataView, start: number, hint: number, end: number, node: number): void {
    if (hint + HINT_BYTES > v.byteLength) return;
    if (this.#kept === TRIAL && this.#found < WORTH_IT) this.#isGivenUp = true;
    if (this.#isGivenUp) return;
    if (2 * this.#kept++ >= this.#starts.length) this.#grow(v, hint - start);
    this.#put(hashAt(v, hint), start, end, node);
  }

  #put(hash: number, start: number, end: number, node: number): void {
    const slot = hash & (this.#starts.length - 1);
    this.#starts[slot] = start;
    this.#ends[slot] = end;
    this.#nodes[slot] = node;
  }

  #grow(v: DataView, hintOffset: number): void {
    const [starts, ends, nodes] = [this.#starts, this.#ends, this.#nodes];
    const capacity = Math.min(MAX_CAPACITY, Math.max(FIRST_CAPACITY, starts.length * 4));
    if (capacity === starts.length) return;
    this.#starts = new Array(capacity).fill(0);
    this.#ends = new Array(capacity).fill(NOWHERE);
    this.#nodes = new Array(capacity).fill(0);
    for (let slot = 0; slot < starts.length; slot++) {
      const [start, end, node] = [starts[slot] as number, ends[slot] as number, nodes[slot]];
      if (end !== NOWHERE) this.#put(hashAt(v, start + hintOffset), start, end, node as number);
    }
  }
}

/** The end of what is no entry: beyond every answer. */
const NOWHERE = 0x3fffffff;

function hashAt(v: DataView, p: number): number {
  const mixed =
    v.getInt32(p, true) ^
    Math.imul(v.getInt32(p + 4, true), 0x9e3779b1) ^
    Math.imul(v.getInt32(p + 8, true), 0x85ebca6b);
  const spread = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return spread ^ (spread >>> 13);
}
