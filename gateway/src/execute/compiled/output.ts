import { constants } from 'node:buffer';
import type { BytesOrText } from '../../subgraph/index.ts';

const FIRST_BYTES = 65_536;
const MAX_KEPT_BYTES = 4_194_304;
/** Longer texts are copied faster by the engine than four bytes at a time. */
const FEW = 20;
/** Words are written whole: so many bytes more than are needed. */
const SLACK = 4;
/** So many are given as bytes, fewer as text: the head of an answer is added to a short one at less cost than a second piece to send. */
const MANY = 65_536;

/** Bytes that are put together from what answers hold, from literals, and from themselves. */
export class Output {
  readonly #maxBytes: number;
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #view = viewOf(this.#bytes);
  /** Where the next byte goes. */
  at = 0;

  /** Few objects that are met again and again can become a text of any length: one that no string could hold is a RangeError. */
  constructor(maxBytes = constants.MAX_STRING_LENGTH) {
    this.#maxBytes = maxBytes;
  }

  /** `v` is a view of the bytes. @throws RangeError as all that write */
  copy(b: Buffer, v: DataView, start: number, end: number): void {
    const length = end - start;
    let { at } = this;
    if (at + length + SLACK > this.#bytes.length) this.#grow(length);
    this.at = at + length;
    if (length > FEW) {
      b.copy(this.#bytes, at, start, end);
      return;
    }
    let p = start;
    for (const last = end - 4; p <= last; p += 4, at += 4) this.#view.setInt32(at, v.getInt32(p, true), true);
    for (; p < end; p++, at++) this.#bytes[at] = b[p] as number;
  }

  /** What has been written from `start` to `end` once more. */
  again(start: number, end: number): void {
    const length = end - start;
    if (this.at + length + SLACK > this.#bytes.length) this.#grow(length);
    this.#bytes.copyWithin(this.at, start, end);
    this.at += length;
  }

  /** Up to four bytes, as the number that they are in little endian. */
  put(word: number, length: number): void {
    const { at } = this;
    if (at + SLACK > this.#bytes.length) this.#grow(length);
    this.#view.setInt32(at, word, true);
    this.at = at + length;
  }

  /** Byte text. */
  literal(text: string): void {
    const { at } = this;
    if (at + text.length + SLACK > this.#bytes.length) this.#grow(text.length);
    this.#bytes.write(text, at, 'latin1');
    this.at = at + text.length;
  }

  /** As byte text. */
  text(start: number, end: number): string {
    return this.#bytes.toString('latin1', start, end);
  }

  /** All that has been written; bytes are a copy. */
  take(): BytesOrText {
    const { at } = this;
    if (at < MANY) return this.text(0, at);
    const bytes = Buffer.allocUnsafeSlow(at);
    this.#bytes.copy(bytes, 0, 0, at);
    return bytes;
  }

  /** Whether the bytes at two places are the same. */
  isSame(one: number, other: number, length: number): boolean {
    const view = this.#view;
    let offset = 0;
    for (const last = length - 4; offset <= last; offset += 4) {
      if (view.getInt32(one + offset, true) !== view.getInt32(other + offset, true)) return false;
    }
    for (; offset < length; offset++) {
      if (this.#bytes[one + offset] !== this.#bytes[other + offset]) return false;
    }
    return true;
  }

  /** Begins anew. Memory that one long text took is not kept for the short ones after it. */
  clear(): void {
    this.at = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#allocate(FIRST_BYTES);
  }

  #grow(more: number): void {
    const bytes = this.#bytes;
    const needed = this.at + more + SLACK;
    if (needed > this.#maxBytes) throw new RangeError('The text is too long');
    let length = bytes.length * 2;
    while (length < needed) length *= 2;
    this.#allocate(Math.min(length, this.#maxBytes));
    bytes.copy(this.#bytes, 0, 0, this.at);
  }

  #allocate(length: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(length);
    this.#view = viewOf(this.#bytes);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** One for all: writing is never interrupted. */
export const output = new Output();
