import { byteAt, CR, IS_TEXT, isDigit, SPACE } from './lean-bytes.ts';
import { malformed } from './lean-fault.ts';
import { endOfLine, type FieldReader, INCOMPLETE, isNamed, readFields } from './lean-fields.ts';

export type Framing = 'length' | 'chunked' | 'until-close' | 'none';

const STATUS_LINE_START = Buffer.from('HTTP/1.', 'latin1');
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_LENGTH_DIGITS = 15;

/** What a response says about itself before its body. A further field that somebody needs is one more case of `field`. */
export class ResponseHead implements FieldReader {
  status = 0;
  isHttp10 = false;
  contentType: string | undefined;
  retryAfter: string | undefined;
  cacheControl: string | undefined;
  cacheTag: string | undefined;
  age: string | undefined;
  /** Bytes of the body; -1 when nothing said so. */
  contentLength = -1;
  isChunked = false;
  /** The tokens of all Connection fields, in lower case. */
  connection = '';
  /** Seconds of `Keep-Alive: timeout=`, after which the server closes an idle connection. */
  keepAliveSeconds: number | undefined;

  field(bytes: Buffer, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    switch (nameEnd - nameStart) {
      case 3:
        if (isNamed(bytes, nameStart, 'age')) this.age = bytes.toString('latin1', valueStart, valueEnd);
        break;
      case 9:
        if (isNamed(bytes, nameStart, 'cache-tag')) {
          const value = bytes.toString('latin1', valueStart, valueEnd);
          this.cacheTag = this.cacheTag === undefined ? value : `${this.cacheTag}, ${value}`;
        }
        break;
      case 10:
        if (isNamed(bytes, nameStart, 'connection')) {
          this.connection += `,${bytes.toString('latin1', valueStart, valueEnd).toLowerCase()}`;
        } else if (isNamed(bytes, nameStart, 'keep-alive')) {
          this.keepAliveSeconds = timeoutOf(bytes.toString('latin1', valueStart, valueEnd));
        }
        break;
      case 12:
        if (!isNamed(bytes, nameStart, 'content-type')) break;
        if (this.contentType !== undefined) throw malformed('one Content-Type');
        this.contentType = bytes.toString('latin1', valueStart, valueEnd);
        break;
      case 11:
        if (isNamed(bytes, nameStart, 'retry-after')) {
          this.retryAfter = bytes.toString('latin1', valueStart, valueEnd);
        }
        break;
      case 13:
        // A list (RFC 9111, 5.2): what several fields say holds together.
        if (isNamed(bytes, nameStart, 'cache-control')) {
          const value = bytes.toString('latin1', valueStart, valueEnd);
          this.cacheControl = this.cacheControl === undefined ? value : `${this.cacheControl}, ${value}`;
        }
        break;
      case 14:
        if (!isNamed(bytes, nameStart, 'content-length')) break;
        if (this.contentLength !== -1) throw malformed('one Content-Length');
        // White space behind it is legal, but undici reads another number then: nothing may depend on the reader.
        if (byteAt(bytes, valueEnd) !== CR) throw malformed('Content-Length is a number');
        this.contentLength = lengthOf(bytes, valueStart, valueEnd);
        break;
      case 16:
        // Nobody asked for one (the request has no Accept-Encoding), and what the reader gets would be no JSON.
        if (isNamed(bytes, nameStart, 'content-encoding') && !isIdentity(bytes, valueStart, valueEnd)) {
          throw malformed('no Content-Encoding that was not asked for');
        }
        break;
      case 17:
        if (!isNamed(bytes, nameStart, 'transfer-encoding')) break;
        if (this.isChunked || bytes.toString('latin1', valueStart, valueEnd).toLowerCase() !== 'chunked') {
          throw malformed('Transfer-Encoding is "chunked", once');
        }
        this.isChunked = true;
    }
  }

  /** RFC 9112, 6.3; what it lets a client repair is refused. */
  framing(): Framing {
    if (this.isChunked && this.contentLength !== -1) {
      throw malformed('never both Transfer-Encoding and Content-Length');
    }
    if (this.isChunked && this.isHttp10) throw malformed('HTTP/1.0 has no Transfer-Encoding');
    if (this.status === 204 || this.status === 304) return 'none';
    if (this.isChunked) return 'chunked';
    return this.contentLength === -1 ? 'until-close' : 'length';
  }

  /**
   * Whether another request may follow on this connection. Not after 204 and 304 that announce a body all the same:
   * servers are known that send it, and it would be read as the next answer.
   */
  allowsReuse(): boolean {
    if (this.isHttp10) return false;
    if (this.connection !== '' && /(^|,)[ \t]*(close|upgrade)[ \t]*(,|$)/.test(this.connection)) return false;
    const framing = this.framing();
    return framing === 'none' ? this.contentLength <= 0 && !this.isChunked : framing !== 'until-close';
  }
}

/**
 * Reads a status line and its fields. Gives the index behind them, or INCOMPLETE; then the same bytes and more are to
 * be read again with a new head (a head that comes byte by byte costs 16 KB squared at most, about 0.1 s in all).
 * @throws LeanFault at the first byte that breaks a rule, without waiting for the rest.
 */
export function readHead(bytes: Buffer, from: number, to: number, head: ResponseHead): number {
  const limit = Math.min(to, from + MAX_HEAD_BYTES);
  const afterStatus = readStatusLine(bytes, from, limit, head);
  const end = afterStatus === INCOMPLETE ? INCOMPLETE : readFields(bytes, afterStatus, limit, head);
  if (end === INCOMPLETE && limit - from === MAX_HEAD_BYTES) {
    throw malformed(`a head has at most ${MAX_HEAD_BYTES} bytes`);
  }
  return end;
}

// Private:

/** `HTTP/1.1 200 OK`; servers are known that leave out the reason and its space. */
function readStatusLine(bytes: Buffer, from: number, to: number, head: ResponseHead): number {
  let at = from;
  for (const expected of STATUS_LINE_START) {
    if (at === to) return INCOMPLETE;
    if (byteAt(bytes, at++) !== expected) throw malformed('a response starts with HTTP/1.0 or HTTP/1.1');
  }
  if (to - at < 5) return INCOMPLETE;
  const minor = byteAt(bytes, at) - 0x30;
  if ((minor !== 0 && minor !== 1) || byteAt(bytes, at + 1) !== SPACE) {
    throw malformed('a response starts with HTTP/1.0 or HTTP/1.1');
  }
  head.isHttp10 = minor === 0;
  head.status = statusOf(bytes, at + 2);
  at += 5;
  if (at === to) return INCOMPLETE;
  if (byteAt(bytes, at) !== CR && byteAt(bytes, at) !== SPACE) throw malformed('a status has three digits');
  while (at < to && IS_TEXT[byteAt(bytes, at)] === 1) at++;
  return endOfLine(bytes, at, to);
}

function statusOf(bytes: Buffer, at: number): number {
  let status = 0;
  for (let index = at; index < at + 3; index++) {
    const byte = byteAt(bytes, index);
    if (!isDigit(byte)) throw malformed('a status has three digits');
    status = status * 10 + byte - 0x30;
  }
  if (status < 100 || status > 599) throw malformed('a status is between 100 and 599');
  return status;
}

function lengthOf(bytes: Buffer, from: number, to: number): number {
  if (from === to || to - from > MAX_LENGTH_DIGITS) throw malformed('Content-Length is a number');
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = byteAt(bytes, at);
    if (!isDigit(byte)) throw malformed('Content-Length is a number');
    length = length * 10 + byte - 0x30;
  }
  return length;
}

function timeoutOf(keepAlive: string): number | undefined {
  const digits = /(?:^|[\s,;])timeout=(\d{1,6})(?!\d)/i.exec(keepAlive)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function isIdentity(bytes: Buffer, from: number, to: number): boolean {
  return from === to || bytes.toString('latin1', from, to).toLowerCase() === 'identity';
}
