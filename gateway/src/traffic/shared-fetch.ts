import { toSubgraphFailure } from '../subgraph/failure.ts';
import { Lifetime, type LifetimeListener } from '../subgraph/lifetime.ts';
import type {
  Caller,
  RawResponse,
  SubgraphClient,
  SubgraphReading,
  SubgraphRequest,
} from '../subgraph/subgraph-client.ts';

/** Who waits may have this much more time left than the fetch that it joins: it would be cut off that much too early. */
const MORE_TIME = 1.1;

/** A fetch that several wait for. It ends when none of them waits any longer; each reads the one answer for itself. */
export class SharedFetch {
  readonly caller: Caller;
  readonly #subgraph: string;
  readonly #lifetime: Lifetime;
  readonly #onEnd: (fetch: SharedFetch) => void;
  readonly #waiters: Waiter<unknown>[] = [];
  #waiting = 0;
  #response: RawResponse | undefined;

  constructor(
    subgraph: string,
    { caller, lifetime }: SubgraphRequest<unknown>,
    onEnd: (fetch: SharedFetch) => void,
  ) {
    this.#subgraph = subgraph;
    this.caller = caller;
    this.#lifetime = new Lifetime(lifetime.remainingMs);
    this.#onEnd = onEnd;
  }

  isOpenTo({ remainingMs }: Lifetime): boolean {
    return !this.#lifetime.hasEnded && remainingMs <= this.#lifetime.remainingMs * MORE_TIME;
  }

  start<T>(client: SubgraphClient, request: SubgraphRequest<T>): Promise<T> {
    const answer = this.join(request);
    client
      .send({ ...request, lifetime: this.#lifetime, read: this.#read })
      .then(this.#answered, this.#failed);
    return answer;
  }

  join<T>(request: SubgraphRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const { lifetime } = request;
      if (lifetime.hasEnded) return reject(toSubgraphFailure(this.#subgraph, lifetime.reason));
      // A waiter reads and resolves by itself: nobody else needs to know of what type.
      this.#waiters.push(new Waiter(this.#subgraph, request, resolve, reject, this.#left) as Waiter<unknown>);
      this.#waiting++;
    });
  }

  /** Within the policies, so that they see an answer that cannot be read; by the first who still waits. */
  readonly #read = (response: RawResponse): SubgraphReading<undefined> => {
    this.#response = response;
    const reading = this.#waiters.find((each) => each.isWaiting)?.read(response);
    return { ...(reading ?? { errorCount: 0 }), value: undefined };
  };

  readonly #answered = (): void => {
    this.#end();
    for (const waiter of this.#waiters) if (waiter.isWaiting) waiter.answer(this.#response as RawResponse);
  };

  readonly #failed = (error: unknown): void => {
    this.#end();
    for (const waiter of this.#waiters) if (waiter.isWaiting) waiter.fail(error);
  };

  #end(): void {
    this.#lifetime.complete();
    this.#onEnd(this);
  }

  readonly #left = (reason: unknown): void => {
    this.#waiting--;
    if (this.#waiting > 0) return;
    // Nobody may join what is about to end.
    this.#onEnd(this);
    this.#lifetime.end(reason);
  };
}

// Private:

class Waiter<T> implements LifetimeListener {
  readonly #subgraph: string;
  readonly #request: SubgraphRequest<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #left: (reason: unknown) => void;
  #reading: SubgraphReading<T> | undefined;
  isWaiting = true;

  constructor(
    subgraph: string,
    request: SubgraphRequest<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
    left: (reason: unknown) => void,
  ) {
    this.#subgraph = subgraph;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#left = left;
    request.lifetime.add(this);
  }

  read(response: RawResponse): SubgraphReading<T> {
    this.#reading = this.#request.read(response);
    return this.#reading;
  }

  answer(response: RawResponse): void {
    try {
      const { value } = this.#reading ?? this.read(response);
      this.#settle();
      this.#resolve(value);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#settle();
    this.#reject(error);
  }

  lifetimeEnded(reason: unknown): void {
    this.isWaiting = false;
    this.#reject(toSubgraphFailure(this.#subgraph, reason));
    this.#left(reason);
  }

  #settle(): void {
    this.isWaiting = false;
    this.#request.lifetime.remove(this);
  }
}
