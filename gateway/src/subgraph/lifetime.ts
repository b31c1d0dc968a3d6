import { type Timed, wheel } from './timing-wheel.ts';

export interface LifetimeListener {
  /** Called once. What ends by itself should have been removed before. */
  lifetimeEnded(reason: unknown): void;
}

/**
 * How long a piece of work may go on, and whether anybody still waits for it. Does what an AbortSignal with a timeout
 * does for each request and each fetch, at a small part of its cost: no event, no closure, no timer of its own.
 *
 * Whoever makes one calls `complete` when the work is done, or holds it by `using`.
 */
export class Lifetime implements Timed, LifetimeListener, Disposable {
  /** On the scale of performance.now(); Infinity for none. */
  readonly dueMs: number;
  isOnWheel = false;
  previous: Timed | undefined = undefined;
  next: Timed | undefined = undefined;
  readonly #parent: Lifetime | undefined;
  /** Most have one at a time. */
  #listener: LifetimeListener | undefined;
  #others: LifetimeListener[] | undefined;
  #state: 'running' | 'complete' | 'ended' = 'running';
  #reason: unknown;
  #controller: AbortController | undefined;

  /** Ends with a TimeoutError after `timeoutMs` from `nowMs` on; with its parent, and for the parent's reason, if that is sooner. */
  constructor(timeoutMs: number, parent?: Lifetime, nowMs = performance.now()) {
    const dueMs = nowMs + timeoutMs;
    const isParentSooner = parent !== undefined && parent.dueMs <= dueMs;
    this.dueMs = isParentSooner ? parent.dueMs : dueMs;
    this.#parent = parent;
    if (parent?.hasEnded) {
      this.#state = 'ended';
      this.#reason = parent.reason;
      return;
    }
    parent?.add(this);
    if (!isParentSooner && dueMs !== Infinity) wheel.add(this);
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Why it ended: a TimeoutError, an AbortError, or what `end` was given. */
  get reason(): unknown {
    return this.#reason;
  }

  /** Infinity where there is no end; 0 and less when it is over. */
  get remainingMs(): number {
    return this.dueMs - performance.now();
  }

  /** Not called for an end that has been: ask `hasEnded` first. */
  add(listener: LifetimeListener): void {
    if (this.#listener === undefined) this.#listener = listener;
    else if (this.#others === undefined) this.#others = [listener];
    else this.#others.push(listener);
  }

  remove(listener: LifetimeListener): void {
    const others = this.#others;
    if (this.#listener === listener) {
      this.#listener = others?.pop();
      return;
    }
    const index = others?.lastIndexOf(listener) ?? -1;
    if (others === undefined || index === -1) return;
    const last = others.pop() as LifetimeListener;
    if (index < others.length) others[index] = last;
  }

  /** Whether anyone wants to be told of the end. */
  get isAwaited(): boolean {
    return this.#listener !== undefined;
  }

  /** Nobody waits any longer, or must not. */
  end(reason: unknown = new DOMException('Nobody waits for the answer any longer', 'AbortError')): void {
    if (this.#state !== 'running') return;
    this.#release();
    this.#finish(reason);
  }

  /** The work is done: nothing is told to anyone. */
  complete(): void {
    if (this.#state !== 'running') return;
    this.#state = 'complete';
    this.#release();
  }

  [Symbol.dispose](): void {
    this.complete();
  }

  throwIfEnded(): void {
    if (this.hasEnded) throw this.#reason;
  }

  /** For libraries that want one. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.hasEnded) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The wheel's call. */
  due(): void {
    if (this.#state !== 'running') return;
    this.#parent?.remove(this);
    this.#finish(new DOMException('The time is used up', 'TimeoutError'));
  }

  /** The parent's call. */
  lifetimeEnded(reason: unknown): void {
    if (this.#state !== 'running') return;
    wheel.remove(this);
    this.#finish(reason);
  }

  #release(): void {
    wheel.remove(this);
    this.#parent?.remove(this);
  }

  #finish(reason: unknown): void {
    this.#state = 'ended';
    this.#reason = reason;
    const [first, others] = [this.#listener, this.#others];
    this.#listener = undefined;
    this.#others = undefined;
    first?.lifetimeEnded(reason);
    if (others !== undefined) for (const listener of others) listener.lifetimeEnded(reason);
    this.#controller?.abort(reason);
  }
}
