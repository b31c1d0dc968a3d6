import { toSubgraphFailure } from '../subgraph/failure.ts';
import { Lifetime, type LifetimeListener } from '../subgraph/lifetime.ts';
import type { Receiver, Sender } from '../subgraph/sender.ts';
import type { RawResponse, SubgraphReading, SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { readRefusal } from './refused-answers.ts';

/** Who joins may have this much more time left than the fetch: it may be cut off that much too early. */
const MORE_TIME = 1.1;

export interface SharedFetchOptions {
  /** Where the owner keeps it. */
  readonly mark: number;
  readonly owner: SharedFetchOwner;
  /** How long it may take, if those who wait let it. */
  readonly timeoutMs: number;
}

export interface SharedFetchOwner {
  /** Nobody may join it any longer. */
  ended(fetch: SharedFetch): void;
}

/** A fetch that several may wait for. It ends when none of them waits any longer; each reads the one answer for itself. */
export class SharedFetch implements Receiver {
  /** Of the one who asked first. */
  readonly request: SubgraphRequest<unknown>;
  readonly mark: number;
  readonly #owner: SharedFetchOwner;
  readonly #sender: Sender;
  readonly #timeoutMs: number;
  readonly #startedMs = performance.now();
  readonly #lifetime: Lifetime;
  /** Nearly always the only one. */
  readonly #first: Waiter;
  #others: Waiter[] | undefined;
  #waiting = 1;
  #response: RawResponse | undefined;

  constructor(
    sender: Sender,
    request: SubgraphRequest<unknown>,
    { mark, owner, timeoutMs }: SharedFetchOptions,
  ) {
    this.request = request;
    this.mark = mark;
    this.#sender = sender;
    this.#owner = owner;
    this.#timeoutMs = timeoutMs;
    const leftMs = request.lifetime.dueMs - this.#startedMs;
    this.#lifetime = new Lifetime(Math.min(timeoutMs, leftMs), undefined, this.#startedMs);
    this.#first = new Waiter(this, request);
  }

  get subgraph(): string {
    return this.#sender.name;
  }

  isOpenTo({ remainingMs }: Lifetime): boolean {
    const wantedMs = Math.min(this.#timeoutMs, remainingMs);
    return !this.#lifetime.hasEnded && wantedMs <= this.#lifetime.remainingMs * MORE_TIME;
  }

  /** What the first who asked gets. */
  start(): Promise<unknown> {
    this.#sender.send(this.request, this.#lifetime, this, this.#startedMs);
    return this.#first.promise;
  }

  join(request: SubgraphRequest<unknown>): Promise<unknown> {
    const waiter = new Waiter(this, request);
    if (this.#others === undefined) this.#others = [waiter];
    else this.#others.push(waiter);
    this.#waiting++;
    return waiter.promise;
  }

  /** A waiter's call. */
  left(reason: unknown): void {
    this.#waiting--;
    if (this.#waiting > 0) return;
    this.#owner.ended(this);
    this.#lifetime.end(reason);
  }

  /** By the first who still waits. */
  read(response: RawResponse): SubgraphReading<unknown> {
    const isShared = this.#others !== undefined;
    this.#response = isShared ? { ...response, ownsBody: false } : response;
    const reader = this.#first.isWaiting ? this.#first : this.#others?.find((each) => each.isWaiting);
    return reader?.read(this.#response) ?? { value: undefined, errorCount: 0 };
  }

  answered(): void {
    this.#end(undefined);
  }

  failed(error: unknown): void {
    this.#end(readRefusal(error, this.#lifetime, this) ? undefined : { error });
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    this.#owner.ended(this);
    // A hedge may have been faster, or slower.
    if (this.#lifetime.isAwaited) this.#lifetime.end();
    else this.#lifetime.complete();
    this.#first.end(failure, this.#response);
    if (this.#others !== undefined) for (const each of this.#others) each.end(failure, this.#response);
  }
}

// Private:

class Waiter implements LifetimeListener {
  readonly promise: Promise<unknown>;
  readonly #fetch: SharedFetch;
  readonly #request: SubgraphRequest<unknown>;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #reading: SubgraphReading<unknown> | undefined;
  isWaiting = true;

  constructor(fetch: SharedFetch, request: SubgraphRequest<unknown>) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#fetch = fetch;
    this.#request = request;
    request.lifetime.add(this);
  }

  read(response: RawResponse): SubgraphReading<unknown> {
    this.#reading = this.#request.read(response);
    return this.#reading;
  }

  end(failure: { readonly error: unknown } | undefined, response: RawResponse | undefined): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.#request.lifetime.remove(this);
    if (failure !== undefined) this.#reject(failure.error);
    else if (this.#reading !== undefined) this.#resolve(this.#reading.value);
    else this.#readLate(response as RawResponse);
  }

  /** Its own answer, of the same bytes: one reader may accept what another does not. */
  #readLate(response: RawResponse): void {
    try {
      this.#resolve(this.#request.read(response).value);
    } catch (error) {
      this.#reject(error);
    }
  }

  lifetimeEnded(reason: unknown): void {
    this.isWaiting = false;
    this.#reject(toSubgraphFailure(this.#fetch.subgraph, reason));
    this.#fetch.left(reason);
  }
}
