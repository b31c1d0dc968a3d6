import { BodyBuffer } from './lean-body.ts';
import { ChunkedBody } from './lean-chunks.ts';
import { LeanFault, malformed } from './lean-fault.ts';
import { INCOMPLETE } from './lean-fields.ts';
import { type Framing, ResponseHead, readHead } from './lean-head.ts';
import type { RawResponse } from './subgraph-client.ts';

const MAX_INTERIM_RESPONSES = 8;
const NO_BODY = Buffer.alloc(0);

/** Reads one answer to a POST from bytes as they come, cut anywhere. The bytes are not kept. */
export class ResponseReader {
  readonly #maxBodyBytes: number;
  #head = new ResponseHead();
  #framing: Framing | undefined;
  #unreadHead: Buffer | undefined;
  #interimResponses = 0;
  #body: BodyBuffer | undefined;
  #chunks: ChunkedBody | undefined;
  /** Whether any byte has come: then the request must not be sent again. */
  hasStarted = false;
  isComplete = false;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /**
   * Gives the index behind the last byte that belongs to this answer; what is there once it is complete belongs to
   * nobody. @throws LeanFault
   */
  read(bytes: Buffer, from: number, to: number): number {
    this.hasStarted = true;
    let at = from;
    if (this.#framing === undefined) {
      at = this.#readHeads(bytes, from, to);
      if (this.#framing === undefined) return at;
    }
    return this.#readBody(bytes, at, to);
  }

  /** The server has closed its side in good order. @throws LeanFault when that leaves the answer unfinished. */
  end(): void {
    if (this.#framing !== 'until-close') {
      throw new LeanFault(
        'LEAN_CONNECTION_CLOSED',
        `The server closed the connection ${this.hasStarted ? 'within' : 'before'} its answer`,
      );
    }
    this.isComplete = true;
  }

  /** @returns the complete answer; meaningless before. */
  response(): RawResponse {
    const { status, contentType, retryAfter, cacheControl, cacheTag, age } = this.#head;
    const body = (this.#chunks ?? this.#body)?.take() ?? NO_BODY;
    return { status, contentType, retryAfter, cacheControl, cacheTag, age, body, ownsBody: true };
  }

  /** @returns for how many milliseconds the connection may stay idle for a next request; 0 is not at all. */
  reusableForMs(): number {
    if (!this.isComplete || !this.#head.allowsReuse()) return 0;
    const { keepAliveSeconds } = this.#head;
    if (keepAliveSeconds === undefined) return DEFAULT_IDLE_MS;
    return Math.max(0, Math.min(keepAliveSeconds * 1_000 - KEEP_ALIVE_MARGIN_MS, MAX_IDLE_MS));
  }

  #readHeads(bytes: Buffer, from: number, to: number): number {
    const before = this.#unreadHead?.length ?? 0;
    const all = this.#unreadHead ? Buffer.concat([this.#unreadHead, bytes.subarray(from, to)]) : bytes;
    // What of `all` is at index i was at i + shift of `bytes`.
    const shift = this.#unreadHead ? from - before : 0;
    let at = this.#unreadHead ? 0 : from;
    const limit = to - shift;
    while (this.#framing === undefined) {
      const end = readHead(all, at, limit, this.#head);
      if (end === INCOMPLETE) {
        this.#unreadHead = Buffer.from(all.subarray(at, limit));
        this.#head = new ResponseHead();
        return to;
      }
      at = end;
      if (this.#head.status >= 200) this.#startBody();
      else this.#skipInterim();
    }
    this.#unreadHead = undefined;
    return at + shift;
  }

  /** 103 Early Hints and its like. 100 answers an expectation and 101 an upgrade that were never sent. */
  #skipInterim(): void {
    const { status, contentLength, isChunked } = this.#head;
    if (status <= 101) throw malformed(`${status} answers what was not asked`);
    if (contentLength !== -1 || isChunked) throw malformed('an interim response has no body');
    if (++this.#interimResponses > MAX_INTERIM_RESPONSES) {
      throw malformed(`at most ${MAX_INTERIM_RESPONSES} interim responses`);
    }
    this.#head = new ResponseHead();
  }

  #startBody(): void {
    this.#framing = this.#head.framing();
    if (this.#framing === 'none') this.isComplete = true;
    else if (this.#framing === 'chunked') this.#chunks = new ChunkedBody(this.#maxBodyBytes);
    else this.#body = new BodyBuffer(this.#maxBodyBytes, Math.max(0, this.#head.contentLength));
  }

  #readBody(bytes: Buffer, from: number, to: number): number {
    if (this.isComplete) return from;
    if (this.#chunks) {
      const end = this.#chunks.read(bytes, from, to);
      this.isComplete = this.#chunks.isComplete;
      return end;
    }
    const body = this.#body;
    if (body === undefined) return from;
    if (this.#framing === 'until-close') {
      body.append(bytes, from, to);
      return to;
    }
    const end = Math.min(to, from + this.#head.contentLength - body.length);
    body.append(bytes, from, end);
    this.isComplete = body.length === this.#head.contentLength;
    return end;
  }
}

/** Node and many other servers close after 5 s; a request that crosses with the close would be lost. */
const DEFAULT_IDLE_MS = 4_000;
const KEEP_ALIVE_MARGIN_MS = 1_000;
const MAX_IDLE_MS = 60_000;
