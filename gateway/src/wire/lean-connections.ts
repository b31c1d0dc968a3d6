import type { Socket } from 'node:net';
import type { HttpExchange } from './exchange.ts';
import { LeanConnection, type LeanFront, type LeanSettings } from './lean-connection.ts';

const CHECK_MS = 1_000;

export type LeanConnectionsOptions = Pick<LeanFront, 'settings' | 'listener' | 'handOver'>;

/** The lean connections of one server: made, watched over and closed. */
export class LeanConnections implements LeanFront, Disposable {
  /** Whether each answer is the last on its connection. */
  isDraining = false;
  readonly settings: LeanSettings;
  readonly listener: (exchange: HttpExchange) => void;
  readonly handOver: (socket: Socket) => void;
  readonly #open = new Set<LeanConnection>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ settings, listener, handOver }: LeanConnectionsOptions) {
    this.settings = settings;
    this.listener = listener;
    this.handOver = handOver;
  }

  /** Connections with a request on them. */
  get busy(): number {
    let busy = 0;
    for (const connection of this.#open) if (connection.isBusy) busy++;
    return busy;
  }

  accept(socket: Socket): void {
    this.#timer ??= setInterval(() => this.#check(), checkMs(this.settings)).unref();
    this.#open.add(new LeanConnection(socket, this));
  }

  forget(connection: LeanConnection): void {
    this.#open.delete(connection);
  }

  closeIdle(): void {
    for (const connection of this.#open) if (!connection.isBusy) connection.destroy();
  }

  closeAll(): void {
    for (const connection of this.#open) connection.destroy();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  // Private:

  #check(): void {
    const nowMs = performance.now();
    for (const connection of this.#open) connection.check(nowMs);
  }
}

function checkMs({ headersTimeoutMs, bodyTimeoutMs, keepAliveTimeoutMs }: LeanSettings): number {
  return Math.min(CHECK_MS, headersTimeoutMs, bodyTimeoutMs, keepAliveTimeoutMs);
}
