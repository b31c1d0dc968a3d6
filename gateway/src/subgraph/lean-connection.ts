import { connect, type Socket } from 'node:net';
import { runOutside } from '@tributary/telemetry';
import { drawMaxAgeMs } from './connection-age.ts';
import type { Exchange } from './lean-exchange.ts';
import { LeanFault, malformed } from './lean-fault.ts';
import { ResponseReader } from './lean-response.ts';

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxConnectionAgeMs: number;
}

export interface ConnectionOwner {
  /** Nothing is on its way; `idleMs` is how long that may last. */
  connectionIdle(connection: Connection, idleMs: number): void;
  /** Once, last. Unanswered are the requests whose answer had not begun; the one whose had has failed already. */
  connectionClosed(connection: Connection, reason: unknown, unanswered: readonly Exchange[]): void;
}

/** The reason of a close that was ours: the one that its current request was aborted. */
export const ABANDONED = new LeanFault('LEAN_CONNECTION_CLOSED', 'The request was aborted');

/** How long a new connection may wait for its first request. */
const FRESH_IDLE_MS = 4_000;

/**
 * What every socket is read into: libuv reads and calls back without a pause between, and a ResponseReader copies what it
 * keeps. Node would otherwise allocate 64 KB for each read.
 */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** One connection: a group of requests is written at once, and their answers are read in order. */
export class Connection {
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #maxResponseBytes: number;
  readonly #connectTimer: NodeJS.Timeout;
  readonly #onAbort = (exchange: Exchange) => this.#aborted(exchange);
  #isClosed = false;
  #reader: ResponseReader;
  #group: readonly Exchange[] = [];
  #answeredOfGroup = 0;
  /** Whether it has brought an answer: only then can a close before the next one be the end of its idle time. */
  hasAnswered = false;
  isConnecting = true;
  wasUsed = false;
  /** On the scale of performance.now(): from then on it takes no further request. */
  readonly retireAtMs: number;

  constructor(options: ConnectionOptions, owner: ConnectionOwner) {
    const { host, port, connectTimeoutMs, maxResponseBytes, maxConnectionAgeMs } = options;
    this.retireAtMs = performance.now() + drawMaxAgeMs(maxConnectionAgeMs);
    this.#owner = owner;
    this.#maxResponseBytes = maxResponseBytes;
    this.#reader = new ResponseReader(maxResponseBytes);
    this.#connectTimer = setTimeout(() => {
      this.close(new LeanFault('LEAN_CONNECT_TIMEOUT', `No connection within ${connectTimeoutMs} ms`));
    }, connectTimeoutMs);
    const onread = { buffer: readBuffer, callback: (count: number) => this.#read(count) };
    this.#socket = runOutside(() => connect({ host, port, noDelay: true, onread }));
    this.#socket.on('connect', () => this.#connected());
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('error', (error) => this.close(error));
    this.#socket.on('close', () => this.close(connectionClosed()));
  }

  /** Only on an idle connection, and more than one only if all are repeatable. */
  send(group: readonly Exchange[]): void {
    this.wasUsed = true;
    this.#group = group;
    this.#answeredOfGroup = 0;
    let text = '';
    for (const exchange of group) {
      exchange.onAbort = this.#onAbort;
      text += exchange.text;
    }
    this.#socket.write(text, 'latin1');
  }

  close(reason: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#connectTimer);
    this.#socket.destroy();
    const unanswered = this.#group.slice(this.#answeredOfGroup);
    if (this.#reader.hasStarted) unanswered.shift()?.fail(reason);
    this.#owner.connectionClosed(this, reason, unanswered);
  }

  /** Ends an idle connection; its owner knows. */
  discard(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #connected(): void {
    this.isConnecting = false;
    clearTimeout(this.#connectTimer);
    this.#owner.connectionIdle(this, FRESH_IDLE_MS);
  }

  #read(count: number): boolean {
    if (this.#isClosed) return false;
    try {
      this.#readAnswers(count);
    } catch (fault) {
      this.close(fault);
    }
    return true;
  }

  #readAnswers(count: number): void {
    for (let at = 0; at < count; ) {
      const exchange = this.#group[this.#answeredOfGroup];
      // An answer that nobody asked for must never meet the next request (RFC 9112, 9.2).
      if (exchange === undefined) throw malformed('one answer for each request');
      at = this.#reader.read(readBuffer, at, count);
      if (!this.#reader.isComplete) return;
      this.#answered(exchange, at < count);
      if (this.#isClosed) return;
    }
  }

  #answered(exchange: Exchange, hasMoreBytes: boolean): void {
    const reader = this.#reader;
    // An answer that came before the whole request was sent leaves the rest of it on the way.
    const idleMs = this.#socket.writableLength > 0 ? 0 : reader.reusableForMs();
    this.#reader = new ResponseReader(this.#maxResponseBytes);
    this.#answeredOfGroup++;
    this.hasAnswered = true;
    exchange.onAbort = undefined;
    exchange.succeed(reader.response());
    if (idleMs === 0) {
      this.close(connectionClosed());
    } else if (this.#answeredOfGroup === this.#group.length) {
      this.#group = [];
      this.#answeredOfGroup = 0;
      if (!hasMoreBytes) this.#owner.connectionIdle(this, idleMs);
    }
  }

  /** The server has closed its side. */
  #ended(): void {
    const exchange = this.#group[this.#answeredOfGroup];
    try {
      if (exchange !== undefined) {
        this.#reader.end();
        this.#answered(exchange, false);
      }
      this.close(connectionClosed());
    } catch (fault) {
      this.close(fault);
    }
  }

  /** Ends the connection unless somebody else's answer is still to come first, or at all. */
  #aborted(exchange: Exchange): void {
    const waiting = this.#group.slice(this.#answeredOfGroup);
    if (exchange === waiting[0] || waiting.every(({ isSettled }) => isSettled)) this.close(ABANDONED);
  }
}

function connectionClosed(): LeanFault {
  return new LeanFault('LEAN_CONNECTION_CLOSED', 'The connection is closed');
}
