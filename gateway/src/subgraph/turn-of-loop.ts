import { performance } from 'node:perf_hooks';

/**
 * How long, at most, what is read from a socket now has waited there for this process: the time for which the event loop has been busy
 * since the turn before began to read. A subgraph's latency without it is the subgraph's own, however late this process is.
 */
export class TurnOfLoop {
  #measuredMs = performance.now();
  #idleMs = performance.nodeTiming.idleTime;
  #waitedMs = 0;
  #isMeasured = false;
  readonly #end = () => {
    this.#isMeasured = false;
  };

  /** Milliseconds; the same for all that is read in one turn. */
  get waitedMs(): number {
    if (!this.#isMeasured) this.#measure();
    return this.#waitedMs;
  }

  #measure(): void {
    const nowMs = performance.now();
    const { idleTime } = performance.nodeTiming;
    this.#waitedMs = Math.max(0, nowMs - this.#measuredMs - (idleTime - this.#idleMs));
    this.#measuredMs = nowMs;
    this.#idleMs = idleTime;
    this.#isMeasured = true;
    setImmediate(this.#end);
  }
}

/** Of this thread. */
export const turnOfLoop = new TurnOfLoop();
