import { ABANDONED, Connection, type ConnectionOptions, type ConnectionOwner } from './lean-connection.ts';
import type { Exchange } from './lean-exchange.ts';
import { LeanFault } from './lean-fault.ts';

export interface PoolOptions extends ConnectionOptions {
  readonly maxConnections: number;
  /** Most repeatable requests of one turn of the event loop that are written to one connection together. */
  readonly pipelining: number;
}

interface IdleConnection {
  readonly connection: Connection;
  readonly untilMs: number;
}

const SWEEP_MS = 1_000;

/** The connections to one server, and the requests that wait for one, first come first served. */
export class Pool implements ConnectionOwner {
  readonly #options: PoolOptions;
  readonly #connections = new Set<Connection>();
  /** The one that was used last is used next; those that no load needs reach the end of their time. */
  #idle: IdleConnection[] = [];
  /** Idle since this turn of the event loop: see #flushSoon. */
  #resting: IdleConnection[] = [];
  /**
   * First come first served; those that no longer wait are passed over. (No Set: one that is filled and emptied all the time leaves
   * tables behind that keep what was in them alive, and an exchange holds on to its whole request.)
   */
  #waiting: Exchange[] = [];
  #isFlushDue = false;
  #sweep: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #flushNow = () => this.#flush();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  add(exchange: Exchange): void {
    if (this.#isClosed) {
      exchange.fail(poolClosed());
      return;
    }
    exchange.onAbort = stopWaiting;
    exchange.isWaiting = true;
    this.#waiting.push(exchange);
    this.#flushSoon();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#sweep);
    for (const exchange of this.#waiting.splice(0)) exchange.fail(poolClosed());
    for (const connection of this.#connections) connection.close(poolClosed());
  }

  connectionIdle(connection: Connection, idleMs: number): void {
    const untilMs = Math.min(performance.now() + idleMs, connection.retireAtMs);
    this.#resting.push({ connection, untilMs });
    this.#sweep ??= setTimeout(() => this.#closeOutdated(), SWEEP_MS).unref();
    this.#flushSoon();
  }

  connectionClosed(connection: Connection, reason: unknown, unanswered: readonly Exchange[]): void {
    this.#connections.delete(connection);
    const isOther = (idle: IdleConnection) => idle.connection !== connection;
    this.#idle = this.#idle.filter(isOther);
    this.#resting = this.#resting.filter(isOther);
    if (unanswered.length > 0) this.#sendAgainOrFail(connection, reason, unanswered);
    else if (!connection.wasUsed) this.#openingFailed(reason);
    if (this.#waiting.length > 0) this.#flushSoon();
  }

  // Private:

  /**
   * Requests leave after the poll phase, those of a turn together, on connections that were idle before it: whatever
   * came on such a connection has been read by then, and it is gone if that was its end, or bytes that would have been
   * taken for the next answer (undici waits likewise: GHSA-35p6-xmwp-9g52).
   */
  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(this.#flushNow);
  }

  #flush(): void {
    this.#isFlushDue = false;
    const nowMs = performance.now();
    this.#send(nowMs);
    let expected = this.#resting.length;
    this.#idle.push(...this.#resting.splice(0));
    const { length } = this.#waiting;
    if (length === 0) return;
    if (expected > 0) this.#flushSoon();
    for (const connection of this.#connections) if (connection.isConnecting) expected++;
    while (expected < length && this.#connections.size < this.#options.maxConnections) {
      this.#connections.add(new Connection(this.#options, this));
      expected++;
    }
  }

  /** As many as there are idle connections for. */
  #send(nowMs: number): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    let index = 0;
    for (; index < waiting.length; index++) {
      if (!waiting[index]?.isWaiting) continue;
      const connection = this.#takeIdle(nowMs);
      if (connection === undefined) break;
      connection.send(this.#takeGroup(waiting, index));
    }
    if (index === waiting.length) return;
    const rest = waiting.slice(index).filter(({ isWaiting }) => isWaiting);
    this.#waiting = [...rest, ...this.#waiting];
  }

  /** That one, and the queries after it that may share its connection: no mutation waits for, or is lost with, another answer. */
  #takeGroup(waiting: readonly Exchange[], index: number): readonly Exchange[] {
    const first = waiting[index] as Exchange;
    first.isWaiting = false;
    const group = [first];
    if (!first.isRepeatable) return group;
    for (let next = index + 1; next < waiting.length && group.length < this.#options.pipelining; next++) {
      const exchange = waiting[next] as Exchange;
      if (!exchange.isWaiting || !exchange.isRepeatable) continue;
      exchange.isWaiting = false;
      group.push(exchange);
    }
    return group;
  }

  #takeIdle(nowMs: number): Connection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.untilMs > nowMs) return idle.connection;
      this.#discard(idle);
    }
    return undefined;
  }

  #sendAgainOrFail(connection: Connection, reason: unknown, unanswered: readonly Exchange[]): void {
    const isOurDoing = reason === ABANDONED;
    for (const exchange of unanswered) {
      const may = isOurDoing || (connection.hasAnswered && !exchange.wasSentAgain);
      if (this.#isClosed || !exchange.isRepeatable || !may) {
        exchange.fail(reason);
      } else if (!exchange.isSettled) {
        exchange.wasSentAgain = !isOurDoing;
        this.add(exchange);
      }
    }
    // The others have been idle as long and most likely met the same end.
    if (!isOurDoing) for (const idle of this.#idle.splice(0)) this.#discard(idle);
  }

  /** A server that takes no connection fails everything that waits for one; if others are open, only one request. */
  #openingFailed(reason: unknown): void {
    const isAnyOpen = this.#connections.values().some(({ isConnecting }) => !isConnecting);
    const waiting = this.#waiting.filter(({ isWaiting }) => isWaiting);
    this.#waiting = waiting.splice(isAnyOpen ? 1 : waiting.length);
    for (const exchange of waiting) {
      exchange.isWaiting = false;
      exchange.fail(reason);
    }
  }

  #closeOutdated(): void {
    const nowMs = performance.now();
    const isOutdated = ({ untilMs }: IdleConnection) => untilMs <= nowMs;
    for (const idle of this.#idle.filter(isOutdated)) this.#discard(idle);
    this.#idle = this.#idle.filter((idle) => !isOutdated(idle));
    this.#sweep =
      this.#idle.length > 0 ? setTimeout(() => this.#closeOutdated(), SWEEP_MS).unref() : undefined;
  }

  #discard({ connection }: IdleConnection): void {
    this.#connections.delete(connection);
    connection.discard();
  }
}

function stopWaiting(exchange: Exchange): void {
  exchange.isWaiting = false;
}

function poolClosed(): LeanFault {
  return new LeanFault('LEAN_CONNECTION_CLOSED', 'The transport is closed');
}
