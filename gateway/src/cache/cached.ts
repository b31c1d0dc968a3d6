import { TributaryError } from '@tributary/errors';
import { currentSpan, type Logger, SpanKind, withSpan } from '@tributary/telemetry';
import { reasonOf } from '../subgraph/failure.ts';
import type { Lifetime } from '../subgraph/lifetime.ts';
import { parseResponse } from '../subgraph/parse-response.ts';
import { RequestReport } from '../subgraph/request-report.ts';
import type {
  RawResponse,
  SubgraphClient,
  SubgraphReading,
  SubgraphRequest,
} from '../subgraph/subgraph-client.ts';
import { type CacheEntry, createEntry, now } from './cache-entry.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import type { CacheableFetch, CutItem } from './cacheable-fetch.ts';
import { EntityFetch } from './entity-fetch.ts';
import { type FreshnessDefaults, freshnessOf } from './freshness.ts';
import { Prospects } from './prospects.ts';
import { Refreshes, type RefreshesOptions } from './refreshes.ts';
import type { CacheMark, ResponseCache } from './response-cache.ts';
import { RootFetch } from './root-fetch.ts';
import { createScopes, type Scopes } from './scope.ts';

export interface CachedOptions {
  readonly cache: ResponseCache;
  /** Where the subgraph is: what one URL answered is not what another one would. */
  readonly url: string;
  readonly defaults: FreshnessDefaults;
  /** What may be kept, as schema coordinates; undefined for everything. */
  readonly targets: ReadonlySet<string> | undefined;
  readonly ignoredHeaders: ReadonlySet<string>;
  readonly refreshes: RefreshesOptions;
  readonly metrics: CacheMetrics;
  readonly logger: Logger;
}

/**
 * Answers from what the subgraph allowed to keep, asks only for the rest, and falls back to what is older where the
 * subgraph fails. Around all other policies, so it answers while a breaker is open, too.
 */
export function cached(client: SubgraphClient, options: CachedOptions): SubgraphClient {
  return new CachedClient(client, options);
}

// Private:

type Found = readonly (CacheEntry | undefined)[];

class CachedClient implements SubgraphClient {
  readonly name: string;
  readonly #client: SubgraphClient;
  readonly #options: CachedOptions;
  readonly #scopesOf: ReturnType<typeof createScopes>;
  readonly #refreshes: Refreshes;
  readonly #prospects: Prospects;

  constructor(client: SubgraphClient, options: CachedOptions) {
    this.name = client.name;
    this.#client = client;
    this.#options = options;
    this.#prospects = new Prospects(options.defaults);
    this.#scopesOf = createScopes(options.ignoredHeaders);
    this.#refreshes = new Refreshes(options.refreshes, (outcome) => options.metrics.refreshed(outcome));
  }

  send<T>(request: SubgraphRequest<T>): Promise<T> {
    const { targets, url } = this.#options;
    const isKept = targets === undefined || request.targets.every((target) => targets.has(target));
    if (!isKept || request.operationKind !== 'query') return this.#client.send(request);
    if (this.#prospects.isPoor(request.targets)) return this.#look(request);
    const fetch = request.entities
      ? new EntityFetch(this.name, url, request.entities)
      : new RootFetch(this.name, url, request);
    return this.#send(request, fetch);
  }

  /** Asks as if there were no cache, but for a look at what the subgraph says of keeping. */
  #look<T>(request: SubgraphRequest<T>): Promise<T> {
    const read = (response: RawResponse): SubgraphReading<T> => {
      this.#prospects.look(request.targets, response);
      return request.read(response);
    };
    return this.#client.send({ ...request, read });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#refreshes[Symbol.dispose]();
    await this.#client[Symbol.asyncDispose]();
  }

  async #send<T>(request: SubgraphRequest<T>, fetch: CacheableFetch): Promise<T> {
    const { cache, metrics } = this.#options;
    const scopes = this.#scopesOf(request.caller);
    const mark = cache.mark;
    // What the request itself has changed must not be read as it was before.
    const isRead = !request.report.hasMutated;
    const found = isRead ? this.#find(fetch, scopes) : new Array<undefined>(fetch.size).fill(undefined);
    let rest = notFresh(found);
    if (rest.length > 0 && isRead && cache.isShared) {
      await this.#load(fetch, scopes, mark, rest, found);
      rest = notFresh(found);
    }

    const hits = fetch.size - rest.length;
    if (hits > 0) this.#prospects.paid(request.targets);
    const canWait = rest.every((item) => (found[item]?.revalidateUntilMs ?? 0) > now());
    metrics.looked(hits, canWait ? 0 : rest.length, canWait ? rest.length : 0);
    describe(hits, rest.length, canWait);
    if (canWait) {
      if (rest.length > 0) {
        this.#tell(request, rest, found);
        this.#refresh(request, fetch, scopes, rest, found);
      }
      return answerFrom(request, fetch, found);
    }

    let failure: TributaryError;
    try {
      const { value, isServerFault = false } = await this.#fetch(request, fetch, scopes, mark, rest, found);
      if (!isServerFault || !rest.every((item) => isUsableOnError(found[item]))) return value;
      failure = new TributaryError('SUBGRAPH_ERROR', `The subgraph ${this.name} answered with errors alone`);
    } catch (error) {
      if (!isSubgraphFailure(error) || !rest.every((item) => isUsableOnError(found[item]))) throw error;
      failure = error;
    }
    metrics.savedByStale(rest.length);
    const ageSeconds = this.#tell(request, rest, found);
    if (!request.lifetime.hasEnded) this.#standIn(failure, ageSeconds);
    return answerFrom(request, fetch, found);
  }

  /** The fetch itself does not fail: without this, nobody would see what is wrong behind the old answers. */
  #standIn(failure: TributaryError, ageSeconds: number): void {
    const { code } = failure;
    currentSpan()?.setAttributes({ 'tributary.cache': 'stale-if-error', 'tributary.cache.failure': code });
    const facts = { subgraph: this.name, code, reason: reasonOf(failure), ageSeconds };
    this.#options.logger.warn(facts, 'fetch failed, an old answer stands in');
  }

  #find(fetch: CacheableFetch, scopes: Scopes): (CacheEntry | undefined)[] {
    const { cache } = this.#options;
    const found: (CacheEntry | undefined)[] = [];
    for (let item = 0; item < fetch.size; item++) {
      found.push(cache.find(fetch.keyOf(item, scopes.shared), fetch.keyOf(item, scopes.own)));
    }
    return found;
  }

  async #load(
    fetch: CacheableFetch,
    scopes: Scopes,
    mark: CacheMark,
    rest: readonly number[],
    found: (CacheEntry | undefined)[],
  ): Promise<void> {
    const keys = rest.map(
      (item) => [fetch.keyOf(item, scopes.shared), fetch.keyOf(item, scopes.own)] as const,
    );
    const loaded = await this.#options.cache.load(keys, mark);
    for (const [index, item] of rest.entries()) found[item] = loaded[index] ?? found[item];
  }

  /** Asks for the rest, puts it together with what was found, and keeps what may be kept. */
  async #fetch<T>(
    request: SubgraphRequest<T>,
    fetch: CacheableFetch,
    scopes: Scopes,
    mark: CacheMark,
    rest: readonly number[],
    found: Found,
  ): Promise<Pick<SubgraphReading<T>, 'value' | 'isServerFault'>> {
    let isServerFault: boolean | undefined;
    let received: RawResponse | undefined;
    let items: readonly CutItem[] | undefined;
    const isWhole = rest.length === fetch.size;
    // May be called more than once, for each try; the last one counts.
    const read = (response: RawResponse): SubgraphReading<T> => {
      received = response;
      if (isWhole) {
        items = undefined;
        // What of it is kept is cut out after it has been read.
        const reading = request.read({ ...response, ownsBody: false });
        if (reading.errorCount > 0) received = undefined;
        isServerFault = reading.isServerFault;
        return reading;
      }
      items = fetch.cut(response, rest);
      const reading = request.read(
        items === undefined
          ? fetch.complete(
              response,
              rest,
              found.map((entry) => entry?.text),
            )
          : fetch.answerOf(withItems(found, rest, items)),
      );
      isServerFault = reading.isServerFault;
      return reading;
    };
    const value = await this.#client.send({ ...request, ...(isWhole ? {} : fetch.askFor(rest)), read });
    // Assigned in `read`, which TypeScript does not follow.
    const response = received as RawResponse | undefined;
    if (response !== undefined) {
      const isKept = this.#keep(fetch, scopes, mark, rest, response, items);
      if (isKept) this.#prospects.paid(request.targets);
      else this.#prospects.wasInVain(request.targets);
    }
    return { value, ...(isServerFault && { isServerFault }) };
  }

  /** @returns whether the answer may be kept at all. */
  #keep(
    fetch: CacheableFetch,
    scopes: Scopes,
    mark: CacheMark,
    items: readonly number[],
    response: RawResponse,
    known: readonly CutItem[] | undefined,
  ): boolean {
    const { cache, defaults, metrics } = this.#options;
    const freshness = freshnessOf(response, defaults);
    if (freshness === undefined) return false;
    const nowMs = now();
    const cut = known ?? fetch.cut(response, items);
    for (const [index, { text, tags }] of (cut ?? []).entries()) {
      // That something does not exist (yet) is kept only where the subgraph says for how long.
      if (text === 'null' && !freshness.isHinted) continue;
      const key = fetch.keyOf(items[index] as number, freshness.isPrivate ? scopes.own : scopes.shared);
      cache.keep(key, createEntry(text, tags, freshness, nowMs), mark);
    }
    metrics.holds(cache.bytes, cache.size);
    return true;
  }

  #refresh(
    request: SubgraphRequest<unknown>,
    fetch: CacheableFetch,
    scopes: Scopes,
    stale: readonly number[],
    found: Found,
  ): void {
    const keyOf = (item: number) => fetch.keyOf(item, found[item]?.isPrivate ? scopes.own : scopes.shared);
    const due = stale.filter((item) => this.#refreshes.isFree(keyOf(item)));
    if (due.length === 0) return;
    this.#refreshes.start(due.map(keyOf), (lifetime) =>
      withSpan(`refresh ${this.name}`, { kind: SpanKind.CLIENT }, (span) =>
        this.#fetchAgain({ ...request, span }, fetch, scopes, due, lifetime),
      ),
    );
  }

  async #fetchAgain(
    request: SubgraphRequest<unknown>,
    fetch: CacheableFetch,
    scopes: Scopes,
    items: readonly number[],
    lifetime: Lifetime,
  ): Promise<void> {
    const mark = this.#options.cache.mark;
    let received: RawResponse | undefined;
    let cut: readonly CutItem[] | undefined;
    await this.#client.send<void>({
      ...request,
      ...fetch.askFor(items),
      lifetime,
      report: new RequestReport(),
      read: (response) => {
        received = response;
        cut = fetch.cut(response, items);
        const errorCount = cut ? 0 : (parseResponse(this.name, response).errors?.length ?? 0);
        return { value: undefined, errorCount };
      },
    });
    // Assigned in `read`, which TypeScript does not follow.
    const response = received as RawResponse | undefined;
    const slices = cut as readonly CutItem[] | undefined;
    if (response && slices) this.#keep(fetch, scopes, mark, items, response, slices);
    else
      throw new TributaryError('SUBGRAPH_MALFORMED_RESPONSE', `The subgraph ${this.name} gave no new answer`);
  }

  /** The client is told what it gets that is old. @returns the age of the oldest, in seconds. */
  #tell({ path, report }: SubgraphRequest<unknown>, items: readonly number[], found: Found): number {
    const givenMs = Math.min(...items.map((item) => found[item]?.givenMs ?? Infinity));
    const ageSeconds = Math.max(0, Math.round((now() - givenMs) / 1000));
    report.degrade({ path, subgraph: this.name, reason: 'STALE', retryable: true, ageSeconds });
    return ageSeconds;
  }
}

function notFresh(found: Found): readonly number[] {
  const nowMs = now();
  const items: number[] = [];
  for (let item = 0; item < found.length; item++) {
    const entry = found[item];
    if (entry === undefined || entry.freshUntilMs <= nowMs) items.push(item);
  }
  return items;
}

function isUsableOnError(entry: CacheEntry | undefined): boolean {
  return entry !== undefined && Math.max(entry.ifErrorUntilMs, entry.revalidateUntilMs) > now();
}

function isSubgraphFailure(error: unknown): error is TributaryError {
  return error instanceof TributaryError && error.code.startsWith('SUBGRAPH_');
}

function answerFrom<T>(request: SubgraphRequest<T>, fetch: CacheableFetch, found: Found): T {
  // Every one of them has been found: that is what it is called for.
  return request.read(fetch.answerOf(found.map((entry) => (entry as CacheEntry).text))).value;
}

function withItems(found: Found, items: readonly number[], cut: readonly CutItem[]): readonly string[] {
  const texts = found.map((entry) => entry?.text ?? 'null');
  for (const [index, item] of items.entries()) texts[item] = cut[index]?.text ?? 'null';
  return texts;
}

function describe(hits: number, rest: number, isStale: boolean): void {
  const span = currentSpan();
  if (!span?.isRecording()) return;
  const answer = rest === 0 ? 'hit' : isStale ? 'stale' : hits > 0 ? 'partial' : 'miss';
  span.setAttribute('tributary.cache', answer);
  span.setAttribute('tributary.cache.hits', hits);
  span.setAttribute('tributary.cache.misses', isStale ? 0 : rest);
}
