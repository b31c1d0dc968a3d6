import { BodyBuffer } from './lean-body.ts';
import { byteAt, CR, hexValue, LF } from './lean-bytes.ts';
import { malformed } from './lean-fault.ts';
import { type FieldReader, INCOMPLETE, isNamed, readFields } from './lean-fields.ts';

type Place = 'size' | 'extension' | 'size-end' | 'data' | 'data-end' | 'data-end-lf' | 'trailers' | 'end';

const MAX_SIZE_DIGITS = 8;
const MAX_EXTENSION_BYTES = 256;
const MAX_TRAILER_BYTES = 8 * 1024;
const SEMICOLON = 0x3b;
const EXTENSION = /^(?:;[!#$%&'*+.^_`|~\w-]+(?:=[!#$%&'*+.^_`|~\w-]+)?)+$/;

/** A body in chunks (RFC 9112, 7.1), read as its bytes come. Extensions and trailers are checked and dropped. */
export class ChunkedBody {
  readonly #body: BodyBuffer;
  #place: Place = 'size';
  #digits = 0;
  #extension = '';
  #remaining = 0;
  /** Trailers whose end has not come. */
  #unread: Buffer | undefined;

  constructor(maxBytes: number) {
    this.#body = new BodyBuffer(maxBytes, 0);
  }

  get isComplete(): boolean {
    return this.#place === 'end';
  }

  take(): Buffer {
    return this.#body.take();
  }

  /** Gives the index behind the last byte that belongs to the body. @throws LeanFault */
  read(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      switch (this.#place) {
        case 'data':
          at = this.#readData(bytes, at, to);
          break;
        case 'trailers':
          return this.#readTrailers(bytes, at, to);
        case 'end':
          return at;
        default:
          this.#readFraming(byteAt(bytes, at++));
      }
    }
    return at;
  }

  #readData(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + this.#remaining);
    this.#body.append(bytes, from, end);
    this.#remaining -= end - from;
    if (this.#remaining === 0) this.#place = 'data-end';
    return end;
  }

  /** One byte of what is around the data. */
  #readFraming(byte: number): void {
    switch (this.#place) {
      case 'size':
        this.#readSize(byte);
        break;
      case 'extension':
        this.#readExtension(byte);
        break;
      case 'size-end':
        if (byte !== LF) throw malformed('a chunk size ends in CR LF');
        this.#place = this.#remaining === 0 ? 'trailers' : 'data';
        this.#digits = 0;
        break;
      case 'data-end':
        if (byte !== CR) throw malformed('a chunk is as long as its size and ends in CR LF');
        this.#place = 'data-end-lf';
        break;
      case 'data-end-lf':
        if (byte !== LF) throw malformed('a chunk ends in CR LF');
        this.#place = 'size';
    }
  }

  #readSize(byte: number): void {
    const value = hexValue(byte);
    if (value !== -1) {
      if (++this.#digits > MAX_SIZE_DIGITS)
        throw malformed(`a chunk size has at most ${MAX_SIZE_DIGITS} digits`);
      this.#remaining = this.#remaining * 16 + value;
      return;
    }
    if (this.#digits === 0) throw malformed('a chunk starts with its size in hexadecimal');
    if (byte === CR) this.#place = 'size-end';
    else if (byte === SEMICOLON) {
      this.#place = 'extension';
      this.#extension = ';';
    } else throw malformed('a chunk size is followed by CR LF or an extension');
  }

  #readExtension(byte: number): void {
    if (byte !== CR) {
      this.#extension += String.fromCharCode(byte);
      if (this.#extension.length <= MAX_EXTENSION_BYTES) return;
      throw malformed(`chunk extensions have at most ${MAX_EXTENSION_BYTES} bytes`);
    }
    if (!EXTENSION.test(this.#extension)) throw malformed('a chunk extension is ";name=value"');
    this.#extension = '';
    this.#place = 'size-end';
  }

  #readTrailers(bytes: Buffer, from: number, to: number): number {
    const before = this.#unread?.length ?? 0;
    const all = this.#unread ? Buffer.concat([this.#unread, bytes.subarray(from, to)]) : bytes;
    const start = this.#unread ? 0 : from;
    const limit = this.#unread ? all.length : to;
    const end = readFields(all, start, Math.min(limit, start + MAX_TRAILER_BYTES), TRAILERS);
    if (end !== INCOMPLETE) {
      this.#place = 'end';
      return from + (end - start) - before;
    }
    if (limit - start >= MAX_TRAILER_BYTES)
      throw malformed(`trailers have at most ${MAX_TRAILER_BYTES} bytes`);
    this.#unread = Buffer.from(all.subarray(start, limit));
    return to;
  }
}

const TRAILERS: FieldReader = {
  field(bytes, nameStart, nameEnd) {
    const length = nameEnd - nameStart;
    if (
      (length === 14 && isNamed(bytes, nameStart, 'content-length')) ||
      (length === 17 && isNamed(bytes, nameStart, 'transfer-encoding'))
    ) {
      throw malformed('trailers do not frame the message');
    }
  },
};
