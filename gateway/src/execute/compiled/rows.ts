import type { Pieces } from './pieces.ts';

/** Cells of a new memory: enough for most requests. */
const FIRST_CELLS = 512;
/** So much memory is kept for requests to come, of all requests together. */
const MAX_FREE_CELLS = 2 ** 21;

const free: Int32Array[] = [];
let freeCells = 0;

/**
 * What one request has read so far: rows of 32-bit numbers, one behind the other in one memory, each known by the number of its first
 * cell. An object for each of ten thousand items would cost more to collect than to make.
 */
export class Rows {
  cells: Int32Array;
  /** Where the next row begins. No row begins at 0. */
  #top: number;

  /** The first row, at 1, has `rootSize` cells, all 0. */
  constructor(rootSize: number) {
    const pooled = free.pop();
    if (pooled !== undefined) freeCells -= pooled.length;
    this.cells = pooled ?? new Int32Array(FIRST_CELLS);
    this.#top = 1;
    this.cells.fill(0, 1, 1 + rootSize);
    this.#top += rootSize;
  }

  /** A row whose cells the caller has to fill, all of them. */
  add(size: number): number {
    const row = this.#top;
    this.#top = row + size;
    if (this.#top > this.cells.length) this.#grow();
    return row;
  }

  /** Moves the pieces from the one at `from` on here. They end at `end`. */
  keep(pieces: Pieces, from: number): number {
    const row = this.add(pieces.count - from);
    this.cells.set(pieces.cells.subarray(from, pieces.count), row);
    pieces.count = from;
    return row;
  }

  /** The same, and in the cell before them how many there are. */
  keepList(pieces: Pieces, from: number): number {
    const row = this.add(1);
    this.cells[row] = pieces.count - from;
    this.keep(pieces, from);
    return row;
  }

  /** Where the next row will begin. */
  get end(): number {
    return this.#top;
  }

  /** Lets another request have the memory. Whoever still writes here writes where nobody reads. */
  release(): void {
    const { cells } = this;
    this.cells = NOTHING;
    if (cells.length === 0 || freeCells + cells.length > MAX_FREE_CELLS) return;
    free.push(cells);
    freeCells += cells.length;
  }

  #grow(): void {
    const { cells } = this;
    let length = Math.max(FIRST_CELLS, cells.length);
    while (length < this.#top) length *= 2;
    this.cells = new Int32Array(length);
    this.cells.set(cells);
  }
}

const NOTHING = new Int32Array(0);
