import { KeyNumbers } from './key-numbers.ts';

/**
 * The representations of one entity step and the nodes they were made for. Equal entities are asked for once. Each representation is
 * a key between two texts that all of them share, and is put together only where somebody looks at it by itself.
 */
export class Asked {
  /** For each representation the number of its place among the step's places. */
  readonly placeOf: number[] = [];
  /** For each node, in the order of asking, the index of its representation. */
  readonly order: number[] = [];
  readonly #numbers = new KeyNumbers();
  readonly #before: string;
  readonly #after: string;

  constructor([before, after]: readonly [string, string]) {
    this.#before = before;
    this.#after = after;
  }

  /** Of equal keys the hashes are equal. */
  add(key: string, hash: number, place: number): void {
    const index = this.#numbers.of(key, hash);
    if (index === this.placeOf.length) this.placeOf.push(place);
    this.order.push(index);
  }

  /** How many representations there are. */
  get count(): number {
    return this.placeOf.length;
  }

  /** Differs where the representations do, for the most part. */
  get mark(): number {
    return this.#numbers.mark;
  }

  /** Byte text of each. */
  get representations(): readonly string[] {
    return this.#numbers.keys.map((key) => this.#before + key + this.#after);
  }

  /** All of them as the items of a list. */
  get list(): string {
    if (this.count === 0) return '';
    return this.#before + this.#numbers.keys.join(`${this.#after},${this.#before}`) + this.#after;
  }
}
