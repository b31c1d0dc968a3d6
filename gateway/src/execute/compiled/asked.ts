import { aside, valueAt } from './json-bytes.ts';
import { KeyNumbers } from './key-numbers.ts';
import { Output } from './output.ts';

/** Where keys are written while they are being asked for: one for all, as nothing interrupts that. */
export const keys = new Output();
const numbers = new KeyNumbers(keys);

/**
 * The representations of one entity step. Equal entities are asked for once. Each representation is a key between two texts that all of them
 * share. They are written one behind the other, as a list of JSON has them: each key is written to `keys` and then added.
 */
export class Asked {
  /** All of them as the items of a list, byte text. */
  list = '';
  /** How many representations there are. */
  count = 0;
  /** Differs where the representations do, for the most part. */
  mark = 0;
  /** For each representation the number of its place, where not all are of the first. */
  #placeOf: number[] | undefined;
  readonly #after: string;
  /** What stands between two keys. */
  readonly #between: string;
  /** Where the next key begins. */
  #start: number;

  constructor([before, after]: readonly [string, string]) {
    this.#after = after;
    this.#between = `${after},${before}`;
    keys.clear();
    numbers.clear();
    keys.literal(before);
    this.#start = keys.at;
  }

  /** The index of the representation whose key has been written since the last. Of equal keys the hashes are equal. */
  add(hash: number): number {
    const start = this.#start;
    const index = numbers.of(start, keys.at - start, hash);
    if (index === this.count) {
      this.count++;
      keys.literal(this.#between);
      this.#start = keys.at;
    } else keys.at = start;
    return index;
  }

  /** The same, of an entity at this place of the step. @throws SteppedAside where an equal one is at another */
  addAt(place: number, hash: number): number {
    const index = this.add(hash);
    this.#placeOf ??= [];
    // What has been read for one place cannot be written at another.
    if (index < this.#placeOf.length && this.#placeOf[index] !== place) aside();
    this.#placeOf[index] = place;
    return index;
  }

  /** To be called when all have been added, and before others are. */
  close(): void {
    if (this.count === 0) return;
    keys.at = this.#start - this.#between.length;
    keys.literal(this.#after);
    this.list = keys.text(0, keys.at);
    this.mark = numbers.mark;
  }

  /** The number of the place of a representation among those of the step. */
  placeOf(index: number): number {
    return this.#placeOf?.[index] ?? 0;
  }

  /** Byte text of each. */
  get representations(): readonly string[] {
    const bytes = Buffer.from(this.list, 'latin1');
    const texts: string[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = valueAt(bytes, start);
      texts.push(this.list.slice(start, end));
      start = end + 1;
    }
    return texts;
  }
}
