import { TributaryError } from '@tributary/errors';

/** Why a request ended before its answer: its time was used up, or its caller went away. */
export type EndOfRequest = 'deadline' | 'disconnect';

export interface Deadline {
  /** Aborts once, at the end that comes first. Its reason is a coded error. */
  readonly signal: AbortSignal;
  /** Undefined while somebody waits and there is time. */
  readonly end: EndOfRequest | undefined;
  /** 0 and less when the time is over; infinite where there is no limit. */
  readonly remainingMs: number;
  /** A new error at each throw, whose stack tells what would have begun; nothing once the work is complete. */
  throwIfEnded(): void;
}

export interface OwnedDeadline extends Deadline, Disposable {
  /** The caller has gone. Does nothing after another end, or after `dispose`. */
  disconnect(): void;
  /** The work is done: nothing ends any more. */
  [Symbol.dispose](): void;
}

/** A deadline that begins now. Without a budget it ends only when the caller goes. */
export function createDeadline(budgetMs = Number.POSITIVE_INFINITY): OwnedDeadline {
  return new TimedDeadline(budgetMs);
}

/** The error of that end, as the client meets it. */
export function toError(end: EndOfRequest): TributaryError {
  return end === 'deadline'
    ? new TributaryError('SERVICE_TIMEOUT', 'The time that this request had is used up. Try again later.')
    : new TributaryError('REQUEST_CANCELLED', 'The caller of this request has gone.');
}

// Private:

// setTimeout takes a longer delay for one of a millisecond.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class TimedDeadline implements OwnedDeadline {
  readonly #controller = new AbortController();
  readonly #dueMs: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #end: EndOfRequest | 'complete' | undefined;

  constructor(budgetMs: number) {
    this.#dueMs = performance.now() + budgetMs;
    if (budgetMs <= 0) this.#finish('deadline');
    else if (budgetMs <= LONGEST_TIMER_MS) this.#timer = setTimeout(() => this.#finish('deadline'), budgetMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get end(): EndOfRequest | undefined {
    return this.#end === 'complete' ? undefined : this.#end;
  }

  get remainingMs(): number {
    return this.#dueMs - performance.now();
  }

  throwIfEnded(): void {
    if (this.#end !== undefined && this.#end !== 'complete') throw toError(this.#end);
  }

  disconnect(): void {
    this.#finish('disconnect');
  }

  [Symbol.dispose](): void {
    this.#end ??= 'complete';
    clearTimeout(this.#timer);
  }

  #finish(end: EndOfRequest): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    clearTimeout(this.#timer);
    this.#controller.abort(toError(end));
  }
}
