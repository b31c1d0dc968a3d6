import { KeyNumbers } from './key-numbers.ts';
import { Output } from './output.ts';

/** Where keys are written while they are being asked for: one for all, as nothing interrupts that. */
export const keys = new Output();

/**
 * The representations of one entity step. Equal entities are asked for once. Each representation is a key between two texts that all of them
 * share. They are written one behind the other, as a list of JSON has them: each key is written to `keys` and then added.
 */
export class Asked {
  /** For each representation the number of its place among the step's places. */
  readonly placeOf: number[] = [];
  readonly #numbers = new KeyNumbers(keys);
  readonly #before: string;
  readonly #after: string;
  /** Where the next key begins. */
  #start: number;
  /** All of them as the items of a list, byte text. */
  list = '';

  constructor([before, after]: readonly [string, string]) {
    this.#before = before;
    this.#after = after;
    keys.clear();
    keys.literal(before);
    this.#start = keys.at;
  }

  /** The index of the representation whose key has been written since the last. Of equal keys the hashes are equal. */
  add(hash: number, place: number): number {
    const start = this.#start;
    const index = this.#numbers.of(start, keys.at - start, hash);
    if (index === this.placeOf.length) {
      this.placeOf.push(place);
      keys.literal(this.#after);
      keys.put(COMMA, 1);
      keys.literal(this.#before);
      this.#start = keys.at;
    } else keys.at = start;
    return index;
  }

  /** To be called when all have been added. */
  close(): void {
    if (this.count > 0) this.list = keys.text(0, keys.at - this.#before.length - 1);
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
    const around = this.#before.length + this.#after.length;
    let start = 0;
    return this.#numbers.lengths.map((length) => {
      const text = this.list.slice(start, start + length + around);
      start += text.length + 1;
      return text;
    });
  }
}

const COMMA = 44;
