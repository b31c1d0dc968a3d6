const FIRST_CAPACITY = 32;
const GROWTH = 4;
const MAX_CAPACITY = FIRST_CAPACITY * GROWTH ** 4;

/** Looking up costs as much as it saves where hardly anything repeats. */
const TRIAL = 256;
const WORTH_IT = TRIAL / 10;

/** How many of the bytes at the hint tell objects apart. */
const HINT_BYTES = 12;

/**
 * The nodes of one place in the answer that is being read, found again by the bytes that they were read from: where the same bytes come
 * again, the object has been read and checked before, and its node is there.
 *
 * A table with one entry for each hash of the few bytes in which objects differ first. An entry that another one has
 * taken costs a node that is made twice, nothing else.
 */
export class Interned {
  /** What `find` has found: its row. */
  node = 0;
  #table = NO_TABLE;
  /** What the last answer needed. */
  #usualCapacity = FIRST_CAPACITY;
  #found = 0;
  #kept = 0;
  /** Behind all objects that were kept: from there on positions are of the next answer. */
  #end = 0;
  #isGivenUp = false;

  /** The position behind the object at `start` if its bytes have been kept; else 0. `hint`: where objects differ first. */
  find(v: DataView, start: number, hint: number): number {
    if (this.#kept === 0 || this.#isGivenUp || hint + HINT_BYTES > v.byteLength) return 0;
    const { entries, base, mask } = this.#table;
    const entry = (hashAt(v, hint) & mask) * ENTRY_CELLS;
    const from = (entries[entry] as number) - base;
    if (from < 0) return 0;
    const last = (entries[entry + 1] as number) - base - 4;
    const shift = start - from;
    if (last + shift + 4 > v.byteLength) return 0;
    // As numbers, eight bytes are equal where they are the same: JSON has no bytes that make a zero, and UTF-8 none that make a NaN.
    let p = from;
    for (; p <= last - 4; p += 8) {
      if (v.getFloat64(p, true) !== v.getFloat64(p + shift, true)) return 0;
    }
    if (p < last && v.getInt32(p, true) !== v.getInt32(p + shift, true)) return 0;
    if (v.getInt32(last, true) !== v.getInt32(last + shift, true)) return 0;
    this.#found++;
    this.node = entries[entry + 2] as number;
    return last + shift + 4;
  }

  /** Objects are at least four bytes long. */
  keep(v: DataView, start: number, hint: number, end: number, node: number): void {
    if (hint + HINT_BYTES > v.byteLength) return;
    if (this.#kept === TRIAL && this.#found < WORTH_IT) this.#isGivenUp = true;
    if (this.#isGivenUp) return;
    if (this.#kept === 0) this.#table = takeTable(this.#usualCapacity);
    else if (2 * this.#kept >= this.#table.capacity) this.#grow(v, hint - start);
    this.#kept++;
    if (end > this.#end) this.#end = end;
    this.#table.put(hashAt(v, hint), start, end, node);
  }

  /** To be called when the answer has been read, or cannot be. */
  clear(): void {
    if (this.#kept === 0) return;
    giveBack(this.#table, this.#end);
    this.#table = NO_TABLE;
    this.#usualCapacity = capacityFor(this.#kept);
    this.#found = this.#kept = this.#end = 0;
    this.#isGivenUp = false;
  }

  #grow(v: DataView, hintOffset: number): void {
    const from = this.#table;
    if (from.capacity === MAX_CAPACITY) return;
    const table = takeTable(from.capacity * GROWTH);
    for (let entry = 0; entry < from.entries.length; entry += ENTRY_CELLS) {
      const start = (from.entries[entry] as number) - from.base;
      if (start < 0) continue;
      const [end, node] = [
        (from.entries[entry + 1] as number) - from.base,
        from.entries[entry + 2] as number,
      ];
      table.put(hashAt(v, start + hintOffset), start, end, node);
    }
    this.#table = table;
    giveBack(from, this.#end);
  }
}

/** The start and the end of an object, both from `base` on, and its row. */
const ENTRY_CELLS = 3;

/** Lent from answer to answer. Starts below `base` are of earlier ones, so that nothing has to be overwritten between two. */
class Table {
  readonly capacity: number;
  readonly mask: number;
  readonly entries: Int32Array;
  base = 1;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.entries = new Int32Array(capacity * ENTRY_CELLS);
  }

  put(hash: number, start: number, end: number, node: number): void {
    const entry = (hash & this.mask) * ENTRY_CELLS;
    this.entries[entry] = this.base + start;
    this.entries[entry + 1] = this.base + end;
    this.entries[entry + 2] = node;
  }

  /** No object before `end` is found any more. */
  forget(end: number): void {
    this.base += end;
    if (this.base < MAX_BASE) return;
    this.entries.fill(0);
    this.base = 1;
  }
}

const NO_TABLE = new Table(0);

/** Beyond it a position may no longer fit into 32 bits. No answer is that long. */
const MAX_BASE = 2 ** 30;

/** By their capacities. */
const free = new Map<number, Table[]>();
/** So much memory is kept for answers to come, of all operations together. */
const MAX_FREE_CELLS = 2 ** 18;
let freeCells = 0;

function takeTable(capacity: number): Table {
  const taken = free.get(capacity)?.pop();
  if (taken === undefined) return new Table(capacity);
  freeCells -= taken.entries.length;
  return taken;
}

function giveBack(table: Table, end: number): void {
  table.forget(end);
  if (freeCells + table.entries.length > MAX_FREE_CELLS) return;
  const tables = free.get(table.capacity);
  if (tables === undefined) free.set(table.capacity, [table]);
  else tables.push(table);
  freeCells += table.entries.length;
}

function capacityFor(kept: number): number {
  let capacity = FIRST_CAPACITY;
  while (2 * (kept - 1) >= capacity && capacity < MAX_CAPACITY) capacity *= GROWTH;
  return capacity;
}

function hashAt(v: DataView, p: number): number {
  const mixed =
    v.getInt32(p, true) ^
    Math.imul(v.getInt32(p + 4, true), 0x9e3779b1) ^
    Math.imul(v.getInt32(p + 8, true), 0x85ebca6b);
  const spread = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return spread ^ (spread >>> 13);
}
