/** What a piece is that is no text: its first number. */
export const NODE = -1;
const LITERAL = -2;

const FIRST_CELLS = 1_024;
const MAX_KEPT_CELLS = 2 ** 18;

/**
 * Pieces of text and nodes in turn, two numbers each: from where to where a text goes, or what it is and which. Readers put them here while
 * those of an object around theirs are not complete yet; then they move into the rows.
 */
export class Pieces {
  cells = new Int32Array(FIRST_CELLS);
  count = 0;

  text(start: number, end: number): void {
    if (start !== end) this.#push(start, end);
  }

  node(row: number): void {
    this.#push(NODE, row);
  }

  literal(number: number): void {
    this.#push(LITERAL, number);
  }

  /** One number of a list of them. */
  item(row: number): void {
    if (this.count === this.cells.length) this.#grow();
    this.cells[this.count++] = row;
  }

  /** What an answer has left that was not read to its end. */
  clear(): void {
    this.count = 0;
    if (this.cells.length > MAX_KEPT_CELLS) this.cells = new Int32Array(FIRST_CELLS);
  }

  #push(one: number, other: number): void {
    const { count } = this;
    if (count + 2 > this.cells.length) this.#grow();
    this.cells[count] = one;
    this.cells[count + 1] = other;
    this.count = count + 2;
  }

  #grow(): void {
    const { cells } = this;
    this.cells = new Int32Array(cells.length * 2);
    this.cells.set(cells);
  }
}

/** One for all: reading an answer is never interrupted. */
export const pieces = new Pieces();
