import { tooLarge } from './lean-fault.ts';

/**
 * Collects a body in memory of its own: the bytes it is given are overwritten by the next read. Room for an announced
 * length is taken at once, so that each byte is copied once; otherwise the room doubles.
 */
export class BodyBuffer {
  readonly #maxBytes: number;
  #bytes: Buffer;
  #length = 0;

  /** @throws LeanFault when a length is announced that is over the limit. */
  constructor(maxBytes: number, announcedBytes: number) {
    if (announcedBytes > maxBytes) throw tooLarge(maxBytes);
    this.#maxBytes = maxBytes;
    this.#bytes = Buffer.allocUnsafe(announcedBytes);
  }

  get length(): number {
    return this.#length;
  }

  append(bytes: Buffer, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#bytes.length) this.#grow(length);
    bytes.copy(this.#bytes, this.#length, from, to);
    this.#length = length;
  }

  take(): Buffer {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    if (needed > this.#maxBytes) throw tooLarge(this.#maxBytes);
    const grown = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, 2 * this.#bytes.length)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
