import type { Socket } from 'node:net';
import { LeanConnection, type LeanFront, type LeanSettings } from './lean-connection.ts';

const CHECK_MS = 1_000;

/** The lean connections of one server: made, watched over and closed. */
export class LeanConnections implements Disposable {
  readonly #open = new Set<LeanConnection>();
  readonly #front: LeanFront;
  readonly #timer: NodeJS.Timeout;

  constructor(front: Omit<LeanFront, 'forget'>) {
    // A getter would be lost in a copy.
    this.#front = Object.assign(Object.create(front) as typeof front, {
      forget: (connection: LeanConnection) => void this.#open.delete(connection),
    });
    this.#timer = setInterval(() => this.#check(), checkMs(front.settings)).unref();
  }

  /** Connections with a request on them. */
  get busy(): number {
    let busy = 0;
    for (const connection of this.#open) if (connection.isBusy) busy++;
    return busy;
  }

  accept(socket: Socket): void {
    this.#open.add(new LeanConnection(socket, this.#front));
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
