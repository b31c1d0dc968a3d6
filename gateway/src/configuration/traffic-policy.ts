import { z } from 'zod';
import { count, duration, durationOrNever, flag, percent, withoutDefaults } from './knobs.ts';

const transport = {
  timeoutMs: duration(
    10_000,
    'Total time of one fetch, from connecting to the last byte, all its retries included.',
  ),
  connectTimeoutMs: duration(2_000, 'Time to connect, name resolution and TLS included.'),
  maxResponseBytes: count(16 * 1024 * 1024, 'Largest answer of a subgraph.'),
  maxConnections: count(128, 'Most connections to one subgraph; further fetches wait.'),
  maxConnectionAgeMs: duration(
    60_000,
    'Age from which a connection takes no further fetch: a changed DNS name is followed by then. Varied by a quarter.',
  ),
  httpClient: z
    .enum(['lean', 'undici'])
    .default('lean')
    .describe(
      'Who speaks with http: URLs; https: is always undici. The lean one costs less and refuses more.',
    ),
  pipelining: count(
    1,
    'Most queries on one connection at once, answered in order; more than 1 only where the server and all between it and the gateway keep to HTTP/1.1 pipelining. Of the lean client.',
  ),
  deduplicate: flag(
    true,
    'Whether equal queries for the same caller that are on their way at once are sent once.',
  ),
};

const breaker = {
  enabled: flag(
    true,
    'Whether a subgraph, or a root field or entity type of it, that keeps failing is left alone.',
  ),
  failurePercent: percent(50, 'Share of failures in the window from which on nothing is sent any more.'),
  minFetches: count(20, 'Fetches that the window must hold before their failures say anything.'),
  windowMs: duration(10_000, 'The time looked back on.'),
  openMs: duration(5_000, 'How long nothing is sent before probes are let through. Varied by a tenth.'),
  probes: count(3, 'Most probes at once, and how many must succeed before everything is sent again.'),
  slowMs: duration(
    1_000,
    'A fetch whose time is over counts as failed if it has waited this long: clients with short budgets break nothing.',
  ),
  silentMs: durationOrNever(
    1_000,
    'What used to answer is left alone when as many as minFetches have waited this long, and three times as long as its slowest answers took, and nothing has come back: a fetch whose time is over tells only seconds later. 0 turns it off.',
  ),
  graphqlErrors: z
    .enum(['server', 'never'])
    .default('server')
    .describe(
      'Whether an answer without any data counts as failed: where one of its errors is the fault of the server, or never.',
    ),
};

const concurrency = {
  enabled: flag(true, 'Whether the number of fetches at once follows the latency of the subgraph.'),
  min: count(4, 'The limit never goes below.'),
  max: count(1_000, 'The limit never goes above.'),
  queue: count(
    1_000,
    'Most fetches that wait for their turn; the one that has waited longest is refused for a further one.',
  ),
  queueTimeoutMs: duration(1_000, 'Longest wait; what waits longer is refused.'),
};

const retry = {
  enabled: flag(
    true,
    'Whether queries that failed before an answer came (no connection, 429, 502, 503, 504) are sent again.',
  ),
  sends: count(3, 'Most times that one fetch is sent, the first included.'),
  firstDelayMs: duration(
    50,
    'Upper bound of the first delay; doubled for each further one. The delay is random below it.',
  ),
  maxDelayMs: duration(2_000, 'Upper bound of every delay.'),
  budgetPercent: percent(10, 'Most retries and hedges of a subgraph, as a share of its fetches.'),
  idempotencyHeader: z
    .string()
    .default('')
    .describe(
      'A forwarded header, say idempotency-key: mutations that carry it are sent again too. Empty is none: mutations are never sent twice.',
    ),
};

const hedge = {
  enabled: flag(
    false,
    'Whether a query that takes unusually long is sent a second time; the first answer counts.',
  ),
  percentile: percent(95, 'What is unusual: longer than this share of the answers seen.'),
};

/** Defaults belong to all subgraphs; what is left out for one subgraph must fall back to them, so these have none. */
const oneSubgraph = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Replaces the routing URL of the supergraph.'),
  ...withoutDefaults(transport),
  breaker: z.strictObject(withoutDefaults(breaker)).optional(),
  concurrency: z.strictObject(withoutDefaults(concurrency)).optional(),
  retry: z.strictObject(withoutDefaults(retry)).optional(),
  hedge: z.strictObject(withoutDefaults(hedge)).optional(),
});

export const trafficPolicy = z
  .strictObject({
    requestTimeoutMs: duration(30_000, 'Time that all fetches of one request may take together.'),
    maxRequestTimeoutMs: duration(
      60_000,
      'The most that a client may ask for in its place, by x-request-timeout-ms.',
    ),
    ...transport,
    breaker: z.strictObject(breaker).prefault({}).describe('Leaves a subgraph alone that keeps failing.'),
    concurrency: z
      .strictObject(concurrency)
      .prefault({})
      .describe('Sends a subgraph no more at once than it can take.'),
    retry: z.strictObject(retry).prefault({}).describe('Sends again what is safe to repeat.'),
    hedge: z.strictObject(hedge).prefault({}).describe('Asks twice where an answer takes long.'),
    subgraphs: z
      .record(z.string(), oneSubgraph)
      .default({})
      .describe('The same, for one subgraph, by its name.'),
  })
  .describe('The way to the subgraphs.');

const fault = z
  .strictObject({
    subgraph: z.string().describe('By its name.'),
    target: z
      .string()
      .optional()
      .describe('A root field (Query.me) or an entity type (User); all when left out.'),
    percent: percent(100, 'Share of the fetches that meet the fault.'),
    delayMs: z.int().min(0).max(3_600_000).optional().describe('Waits before anything else.'),
    fault: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('reset').describe('As if the connection broke.') }),
        z.strictObject({
          kind: z.literal('status').describe('An HTML page under this status.'),
          status: z.int().min(400).max(599),
          retryAfter: z.string().optional().describe('The value of Retry-After.'),
        }),
        z.strictObject({ kind: z.literal('malformed').describe('JSON that is cut off.') }),
        z.strictObject({
          kind: z.literal('error').describe('A GraphQL error, and no data.'),
          code: z.string().default('INTERNAL_SERVER_ERROR'),
        }),
      ])
      .optional()
      .describe('What takes the place of the answer. Left out, the answer is the real one.'),
  })
  .describe('The first that fits a fetch is the one it meets.');

export const faultsPolicy = z
  .strictObject({
    seed: z.int().min(0).default(1).describe('The same seed and the same fetches meet the same faults.'),
    rules: z.array(fault).default([]),
  })
  .describe(
    'Faults on purpose, on the way to subgraphs. Does nothing unless the environment variable TRIBUTARY_FAULTS is on.',
  );
