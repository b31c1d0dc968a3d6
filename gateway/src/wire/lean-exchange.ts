import type { IncomingHttpHeaders } from 'node:http';
import { bodyEndedEarly, bodyTooLarge } from './body-errors.ts';
import type { HttpExchange, WholeAnswer } from './exchange.ts';
import type { LeanHead } from './lean-head.ts';

/** What an exchange needs of its connection. */
export interface AnswerWay {
  readonly remoteAddress: string | undefined;
  send(answer: WholeAnswer): void;
  destroy(): void;
}

/** An exchange of a lean connection, which feeds it its body and closes it. */
export class LeanExchange implements HttpExchange {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly #way: AnswerWay;
  /** Bytes of the body that are still to come. */
  #missing: number;
  #chunks: Buffer[] = [];
  #reader: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #listeners: ((isAnswered: boolean) => void)[] | undefined;
  #state: 'open' | 'answering' | 'closed' = 'open';

  constructor({ method, url, headers, contentLength }: LeanHead, way: AnswerWay) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.#missing = contentLength;
    this.#way = way;
  }

  get remoteAddress(): string | undefined {
    return this.#way.remoteAddress;
  }

  valuesOf(name: string): readonly string[] {
    // Each comes once.
    const value = this.headers[name];
    return typeof value === 'string' ? [value] : [];
  }

  async readBody(maxBytes: number): Promise<Buffer> {
    const bytes = this.#missing + this.#chunks.reduce((sum, { length }) => sum + length, 0);
    if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
    if (this.isClosed) throw bodyEndedEarly();
    if (this.#missing > 0) {
      await new Promise<void>((resolve, reject) => {
        this.#reader = { resolve, reject };
      });
    }
    const [first = Buffer.alloc(0), second] = this.#chunks;
    return second === undefined ? first : Buffer.concat(this.#chunks);
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  onClose(listener: (isAnswered: boolean) => void): void {
    this.#listeners ??= [];
    this.#listeners.push(listener);
  }

  send(answer: WholeAnswer): void {
    if (this.#state !== 'open') return;
    this.#state = 'answering';
    // Nobody reads a body whose request is answered.
    this.#chunks = [];
    this.#way.send(answer);
  }

  destroy(): void {
    this.#way.destroy();
  }

  /** Whether all of the request is there. */
  get isWhole(): boolean {
    return this.#missing === 0;
  }

  /** Takes what belongs to the body, and gives what follows it. */
  take(bytes: Buffer): Buffer | undefined {
    if (this.#missing === 0) return bytes;
    const own = bytes.length <= this.#missing ? bytes : bytes.subarray(0, this.#missing);
    this.#missing -= own.length;
    if (this.#state === 'open') this.#chunks.push(own);
    if (this.#missing === 0) this.#reader?.resolve();
    return own === bytes ? undefined : bytes.subarray(own.length);
  }

  close(isAnswered: boolean): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#reader?.reject(bodyEndedEarly());
    for (const listener of this.#listeners ?? []) listener(isAnswered);
  }
}
