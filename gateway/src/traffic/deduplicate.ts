import type { Counter } from '@tributary/telemetry';
import { toSubgraphFailure } from '../subgraph/failure.ts';
import { markOfEnd } from '../subgraph/mark.ts';
import type { Sender } from '../subgraph/sender.ts';
import type { Caller, SubgraphClient, SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { withDeadline } from './deadline.ts';
import { SharedFetch, type SharedFetchOwner } from './shared-fetch.ts';

export interface DeduplicationOptions {
  /** Bounds each fetch, as withDeadline does: what is shared has a time of its own, whoever asked first. */
  readonly timeoutMs: number;
  readonly deduplicated: Counter<'subgraph'>;
}

/**
 * Sends equal queries that are on their way at once only once: the same body, for the same identity, with the same forwarded
 * headers. Nothing else of a caller reaches a subgraph. Never a mutation.
 *
 * The outermost policy, and the deadline with it: whoever only waits for another's answer takes no turn and no retry, and is no failure
 * of its own.
 */
export function withDeduplication(sender: Sender, options: DeduplicationOptions): SubgraphClient {
  return new DeduplicatingClient(sender, options);
}

// Private:

class DeduplicatingClient implements SubgraphClient, SharedFetchOwner {
  readonly name: string;
  readonly #sender: Sender;
  readonly #mutations: SubgraphClient;
  readonly #timeoutMs: number;
  readonly #deduplicated: Counter<'subgraph'>;
  /**
   * By their mark: the latest of each. One that another displaces is merely not joined. (A Map that is filled and
   * emptied all the time leaves tables behind that keep what was in them alive until the next full collection: 3 µs a fetch.)
   */
  readonly #inFlight: (SharedFetch | undefined)[] = new Array(PLACES).fill(undefined);

  constructor(sender: Sender, { timeoutMs, deduplicated }: DeduplicationOptions) {
    this.name = sender.name;
    this.#sender = sender;
    this.#mutations = withDeadline(sender, timeoutMs);
    this.#timeoutMs = timeoutMs;
    this.#deduplicated = deduplicated;
  }

  send<T>(request: SubgraphRequest<T>): Promise<T> {
    if (request.operationKind !== 'query') return this.#sendMutation(request);
    const { lifetime } = request;
    if (lifetime.hasEnded) return Promise.reject(toSubgraphFailure(this.name, lifetime.reason));
    const mark = markOf(request);
    const known = this.#inFlight[mark];
    // Each waiter is given what its own `read` returns.
    if (known?.request.body === request.body && mayJoin(request, known)) {
      this.#deduplicated.inc({ subgraph: this.name });
      request.span?.setAttribute('tributary.deduplicated', true);
      return known.join(request) as Promise<T>;
    }
    const shared = new SharedFetch(this.#sender, request, { mark, owner: this, timeoutMs: this.#timeoutMs });
    this.#inFlight[mark] = shared;
    return shared.start() as Promise<T>;
  }

  ended(fetch: SharedFetch): void {
    if (this.#inFlight[fetch.mark] === fetch) this.#inFlight[fetch.mark] = undefined;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#sender[Symbol.asyncDispose]();
  }

  /** What was asked before its end may not know of it: whoever asks after that must not join. */
  async #sendMutation<T>(request: SubgraphRequest<T>): Promise<T> {
    try {
      return await this.#mutations.send(request);
    } finally {
      this.#inFlight.fill(undefined);
    }
  }
}

const PLACES = 2048;

/** Where callers differ their marks do, too, for the most part: many ask the same at once, and only what one of them asks twice is shared. */
function markOf({ mark: ofBody, caller }: SubgraphRequest<unknown>): number {
  const { identity, forwardedHeaders } = caller;
  let mark = ofBody;
  if (identity.subject !== null) mark = markOfEnd(identity.subject, mark);
  for (const name in forwardedHeaders) mark = markOfEnd(forwardedHeaders[name] as string, mark);
  return (mark ^ (mark >>> 12)) & (PLACES - 1);
}

function mayJoin(request: SubgraphRequest<unknown>, known: SharedFetch): boolean {
  return known.isOpenTo(request.lifetime) && isSameCaller(known.request.caller, request.caller);
}

/** Everything that is known of who asks, whatever more that may come to be. */
function isSameCaller(one: Caller, other: Caller): boolean {
  if (one === other) return true;
  return isEqual(one.identity, other.identity) && isEqual(one.forwardedHeaders, other.forwardedHeaders);
}

type Properties = Readonly<Record<string, unknown>>;

function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  // Both are records or lists of texts, or records of those: what a caller is made of.
  return keys.every(
    (key) => Object.hasOwn(other, key) && isEqual((one as Properties)[key], (other as Properties)[key]),
  );
}
