import { Duplex } from 'node:stream';
import { concatBytes } from './wire.ts';

/** Where the stream's bytes go; the other way is `push`. */
export interface SessionTransport {
  open(): void;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/**
 * Looks like the net.Socket that a pg client talks through. pg corks the messages of one query, so they leave in one
 * write and reach the worker as one batch.
 */
export class SessionStream extends Duplex {
  readonly #transport: SessionTransport;

  constructor(transport: SessionTransport) {
    super({ allowHalfOpen: false });
    this.#transport = transport;
  }

  connect(): void {
    this.#transport.open();
    process.nextTick(() => this.emit('connect'));
  }

  override _read(): void {
    // No back-pressure: the worker has the whole answer in memory anyway, and pg reads at once.
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#transport.send(concatBytes([chunk]));
    done();
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: () => void): void {
    this.#transport.send(concatBytes(chunks.map(({ chunk }) => chunk)));
    done();
  }

  override _final(done: () => void): void {
    done();
    this.push(null); // as a server does after Terminate: it closes its side too
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#transport.close();
    done(error);
  }

  // What pg sets on a socket and has no meaning here.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
