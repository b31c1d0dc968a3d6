import type { Pieces } from './pieces.ts';

/** Cells of a memory at least: enough for most requests. */
const FEWEST_CELLS = 512;
/** So much memory is kept for requests to come, of all operations together. */
const MAX_FREE_CELLS = 2 ** 22;

/** More are copied faster by the engine than one by one. */
const FEW = 64;

/** What the requests of one operation need. */
export interface RowsUsage {
  /** Cells of the first row, the one at 1. */
  readonly rootSize: number;
  /** How many cells they took lately. */
  usualCells: number;
}

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
  readonly #usage: RowsUsage;

  /** The cells of the first row are all 0. */
  constructor(usage: RowsUsage) {
    this.#usage = usage;
    this.#top = 1 + usage.rootSize;
    const cells = Math.max(this.#top, usage.usualCells);
    this.cells = takeFree(cells) ?? new Int32Array(lengthFor(cells, FEWEST_CELLS));
    this.cells.fill(0, 1, this.#top);
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
    const count = pieces.count - from;
    const row = this.add(count);
    if (count > FEW) this.cells.set(pieces.cells.subarray(from, pieces.count), row);
    else
      for (let index = 0; index < count; index++)
        this.cells[row + index] = pieces.cells[from + index] as number;
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
    if (cells === NOTHING) return;
    this.cells = NOTHING;
    const usage = this.#usage;
    usage.usualCells = Math.max(this.#top, usage.usualCells - ((usage.usualCells - this.#top) >> 4));
    if (freeCells + cells.length > MAX_FREE_CELLS) return;
    free.push(cells);
    freeCells += cells.length;
  }

  #grow(): void {
    const { cells } = this;
    this.cells = new Int32Array(lengthFor(this.#top, Math.max(FEWEST_CELLS, cells.length)));
    this.cells.set(cells);
  }
}

/** The memory that was used last, if it is large enough. */
function takeFree(cells: number): Int32Array | undefined {
  if ((free.at(-1)?.length ?? 0) < cells) return undefined;
  const taken = free.pop();
  freeCells -= taken?.length ?? 0;
  return taken;
}

function lengthFor(cells: number, fewest: number): number {
  let length = fewest;
  while (length < cells) length *= 2;
  return length;
}

const NOTHING = new Int32Array(0);
