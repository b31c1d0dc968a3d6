/** So many lines of one message in a second tell as much as thousands would, and cost nobody anything. */
const LINES_PER_SECOND = 50;
const SECOND_MS = 1_000;
/** Messages are texts of the code; one who puts values into them must not fill the memory. */
const MAX_MESSAGES = 1_000;

interface Counted {
  sinceMs: number;
  lines: number;
  leftOut: number;
}

/**
 * Bounds how often one message is written. In an outage every fetch has something to say, and a line is written before the process goes
 * on: whoever reads them slowly would hold up every request, just when there is most to do. What is left out is counted, and told.
 */
export class LogLimit {
  readonly #messages = new Map<string, Counted>();
  readonly #tell: (message: string, leftOut: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (message: string, leftOut: number) => void) {
    this.#tell = tell;
  }

  /** Whether one more line of this message is to be written. */
  allows(message: string, nowMs = performance.now()): boolean {
    const counted = this.#messages.get(message);
    if (counted === undefined) {
      if (this.#messages.size < MAX_MESSAGES)
        this.#messages.set(message, { sinceMs: nowMs, lines: 1, leftOut: 0 });
      return true;
    }
    if (nowMs - counted.sinceMs >= SECOND_MS) this.#begin(message, counted, nowMs);
    if (counted.lines < LINES_PER_SECOND) {
      counted.lines++;
      return true;
    }
    counted.leftOut++;
    this.#timer ??= setTimeout(this.#flush, SECOND_MS).unref();
    return false;
  }

  #begin(message: string, counted: Counted, nowMs: number): void {
    const { leftOut } = counted;
    counted.sinceMs = nowMs;
    counted.lines = 0;
    counted.leftOut = 0;
    if (leftOut > 0) this.#tell(message, leftOut);
  }

  /** For those of which no further line comes that would tell. */
  readonly #flush = (): void => {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (const [message, counted] of this.#messages)
      if (counted.leftOut > 0) this.#begin(message, counted, nowMs);
  };
}
