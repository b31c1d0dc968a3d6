import { TributaryError } from '@tributary/errors';
import { createLogger, createRegistry, type Registry } from '@tributary/telemetry';
import { type LogRecorder, recordLogs } from '@tributary/telemetry/testing';
import { Lifetime } from '../../subgraph/lifetime.ts';
import { parseResponse } from '../../subgraph/parse-response.ts';
import { RequestReport } from '../../subgraph/request-report.ts';
import type {
  Caller,
  EntitiesRequest,
  RawResponse,
  SubgraphClient,
  SubgraphRequest,
  SubgraphResponse,
} from '../../subgraph/subgraph-client.ts';
import { createCacheMetrics } from '../cache-metrics.ts';
import { type CachedOptions, cached } from '../cached.ts';
import { ResponseCache } from '../response-cache.ts';

export type Respond = (request: SubgraphRequest<unknown>) => RawResponse | Promise<RawResponse>;

export interface Scripted {
  /** The cache's client. */
  readonly client: SubgraphClient;
  readonly cache: ResponseCache;
  readonly registry: Registry;
  /** What got through to the subgraph: for root fields the body, for entities the representations. */
  readonly asked: string[];
  readonly logs: LogRecorder;
  /** From now on. */
  respond(respond: Respond): void;
}

/** The cache's client in front of a subgraph that is a function. */
export function scripted(first: Respond, options: Partial<CachedOptions> = {}): Scripted {
  const asked: string[] = [];
  const logs = recordLogs();
  const registry = createRegistry('gateway', { processMetrics: false });
  const cache = options.cache ?? new ResponseCache();
  let respond = first;
  const subgraph: SubgraphClient = {
    name: 'books',
    async send(request) {
      asked.push(request.entities ? representationsIn(request.body).join(' ') : request.body);
      return request.read(await respond(request)).value;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const client = cached(subgraph, {
    cache,
    url: 'http://books.test/graphql',
    defaults: { maxAgeMs: undefined, isPublic: false, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 },
    targets: undefined,
    ignoredHeaders: new Set(),
    refreshes: { limit: 2, timeoutMs: 1_000, pauseMs: 1_000 },
    metrics: createCacheMetrics(registry, 'books'),
    logger: createLogger({ name: 'gateway', destination: logs }),
    ...options,
  });
  return {
    client,
    cache,
    registry,
    asked,
    logs,
    respond: (next) => {
      respond = next;
    },
  };
}

export const SIGNED_OUT: Caller = { identity: { subject: null, roles: [] }, forwardedHeaders: {} };

export function callerOf(subject: string, roles: readonly string[] = [], forwardedHeaders = {}): Caller {
  return { identity: { subject, roles }, forwardedHeaders };
}

export type TestRequest = SubgraphRequest<SubgraphResponse>;

export function rootRequest(change: Partial<TestRequest> = {}): TestRequest {
  return {
    body: '{"query":"{ top }"}',
    mark: 1,
    query: '{ top }',
    operationName: undefined,
    operationKind: 'query',
    targets: ['Query.top'],
    path: [],
    caller: SIGNED_OUT,
    lifetime: new Lifetime(Infinity),
    report: new RequestReport(),
    read: (response) => {
      const value = parseResponse('books', response);
      return { value, errorCount: value.errors?.length ?? 0 };
    },
    ...change,
  };
}

export function entityRequest(ids: readonly string[], change: Partial<TestRequest> = {}): TestRequest {
  const entities = entitiesOf([['_entities', ids]]);
  return rootRequest({
    body: entities.bodyFor(entities.parts.map(({ representations }) => representations)),
    targets: ['Book'],
    path: ['books', '@'],
    entities,
    ...change,
  });
}

export function entitiesOf(
  parts: readonly (readonly [dataKey: string, ids: readonly string[]])[],
): EntitiesRequest {
  return {
    parts: parts.map(([dataKey, ids]) => ({
      dataKey,
      representations: ids.map((id) => `{"__typename":"Book","id":"${id}"}`),
    })),
    bodyFor: (lists) =>
      `{"query":"books","variables":{${lists.map((list, i) => `"r${i}":[${list.join(',')}]`).join(',')}}}`,
  };
}

/** The ids that a body asks for, in order, a list for each part. */
export function idsIn(body: string): readonly (readonly string[])[] {
  const { variables } = JSON.parse(body) as { variables: Record<string, readonly { id: string }[]> };
  return Object.values(variables).map((list) => list.map(({ id }) => id));
}

function representationsIn(body: string): readonly string[] {
  return idsIn(body).flat();
}

export function json(value: unknown, head: Partial<RawResponse> = {}): RawResponse {
  return { status: 200, contentType: 'application/json', body: Buffer.from(JSON.stringify(value)), ...head };
}

/** Answers each entity with its id and the caller for whom it was made. */
export function books(cacheControl: string | undefined): Respond {
  return ({ body, entities, caller }) => {
    const lists = idsIn(body).map((ids) =>
      ids.map((id) => ({ __typename: 'Book', id, for: caller.identity.subject })),
    );
    const keys = entities?.parts.map(({ dataKey }) => dataKey) ?? [];
    return json({ data: Object.fromEntries(keys.map((key, part) => [key, lists[part]])) }, { cacheControl });
  };
}

export function failing(
  code: 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT' | 'SUBGRAPH_CIRCUIT_OPEN',
): Respond {
  return () => {
    throw new TributaryError(code, 'The subgraph books is away');
  };
}
