import { z } from 'zod';

// Durations are whole milliseconds and sizes whole bytes, as the names say: `10s` and `10MB` each have two readings.
const count = (byDefault: number, about: string) =>
  z.int().min(1).max(1_000_000_000).default(byDefault).describe(about);
const duration = (byDefaultMs: number, about: string) =>
  z.int().min(1).max(3_600_000).default(byDefaultMs).describe(about);

const limits = z
  .strictObject({
    bodyBytes: count(1_000_000, 'Largest request body.'),
    batchSize: count(10, 'Most operations in one request; 1 turns batching off.'),
    tokens: count(5_000, 'Most lexical tokens in a document. Checked before anything else is done with it.'),
    depth: count(25, 'Deepest nesting of fields, fragments followed.'),
    aliases: count(100, 'Most aliases in an operation, fragments followed.'),
    rootFields: count(30, 'Most fields at the root of an operation.'),
    fields: count(1_000, 'Most fields in an operation once every fragment is written out.'),
  })
  .describe('What one request may ask for.');

// Hop-by-hop headers, what describes this body, and what only the gateway itself may say.
const reservedHeaders =
  /^(accept-encoding|connection|content-.*|expect|host|keep-alive|proxy-.*|te|trailer|traceparent|tracestate|transfer-encoding|upgrade|x-request-timeout-ms|x-tributary-.*)$/;

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/, { error: 'is not a header name in lower case' })
  .refine((name) => !reservedHeaders.test(name), { error: 'is set by the gateway and cannot be forwarded' });

const subgraphTraffic = {
  timeoutMs: duration(10_000, 'Total time of one fetch, from connecting to the last byte.'),
  connectTimeoutMs: duration(2_000, 'Time to connect, name resolution and TLS included.'),
  maxResponseBytes: count(16 * 1024 * 1024, 'Largest answer of a subgraph.'),
  maxConnections: count(128, 'Most connections to one subgraph; further fetches wait.'),
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
};

/** Defaults belong to all subgraphs; what is left out for one subgraph must fall back to them, so these have none. */
const oneSubgraph = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Replaces the routing URL of the supergraph.'),
  timeoutMs: subgraphTraffic.timeoutMs.unwrap().optional(),
  connectTimeoutMs: subgraphTraffic.connectTimeoutMs.unwrap().optional(),
  maxResponseBytes: subgraphTraffic.maxResponseBytes.unwrap().optional(),
  maxConnections: subgraphTraffic.maxConnections.unwrap().optional(),
  httpClient: subgraphTraffic.httpClient.unwrap().optional(),
  pipelining: subgraphTraffic.pipelining.unwrap().optional(),
});

const traffic = z
  .strictObject({
    requestTimeoutMs: duration(30_000, 'Time that all fetches of one request may take together.'),
    maxRequestTimeoutMs: duration(
      60_000,
      'The most that a client may ask for in its place, by x-request-timeout-ms.',
    ),
    ...subgraphTraffic,
    subgraphs: z
      .record(z.string(), oneSubgraph)
      .default({})
      .describe('The same, for one subgraph, by its name.'),
  })
  .describe('The way to the subgraphs.');

const headers = z
  .strictObject({
    forward: z
      .array(headerName)
      .default([])
      .describe('Client headers that every subgraph receives unchanged.'),
  })
  .describe('What of a client request reaches the subgraphs, beside the identity and the trace.');

const security = z
  .strictObject({
    allowedOrigins: z
      .array(z.literal('*').or(z.url({ protocol: /^https?$/ })))
      .default([])
      .describe('Origins whose pages may read answers (CORS). None by default; "*" is every origin.'),
    subgraphErrors: z
      .enum(['coded', 'all'])
      .default('coded')
      .describe('Whose message reaches the client: errors with a code of their own, or all.'),
    errorExtensions: z
      .array(z.string())
      .default([])
      .describe('Keys of subgraph error extensions that reach the client, beside `code`.'),
  })
  .describe('What clients may see and from where.');

// As composition allows them. `percent(n)` says its share itself.
const overrideLabel = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_\-:./]*$/, { error: 'is not a label of @override' });

const planning = z
  .strictObject({
    timeoutMs: duration(10_000, 'Time that planning one operation may take before it is refused.'),
    maxHeapMb: count(1_024, 'Memory of the planner, in megabytes; an operation that needs more is refused.'),
    maxWaiting: count(1_000, 'Most operations that wait to be planned; further ones are refused.'),
    cacheBytes: count(64 * 1024 * 1024, 'Memory for plans and what is compiled from them.'),
    warmUp: z
      .int()
      .min(0)
      .max(10_000)
      .default(100)
      .describe('Operations, the most used first, that are planned on a new supergraph before it serves.'),
    overrideLabels: z
      .record(overrideLabel, z.number().min(0).max(100))
      .default({})
      .describe(
        'Share of requests, in percent, for which an @override with this label is on. 0 where left out.',
      ),
  })
  .describe('Query plans: how operations find their way through the subgraphs.');

const execution = z
  .strictObject({
    mode: z
      .enum(['compiled', 'complete'])
      .default('compiled')
      .describe(
        'Who answers: code compiled for each operation, or for all of them the complete executor, which costs more and generates no code.',
      ),
  })
  .describe('How operations are executed once they are planned.');

const server = z
  .strictObject({
    headersTimeoutMs: duration(10_000, 'Time to receive the head of a request.'),
    bodyTimeoutMs: duration(30_000, 'Time to receive a whole request.'),
    sendTimeoutMs: duration(30_000, 'Time in which a client must take some part of its answer.'),
    keepAliveTimeoutMs: duration(65_000, 'Idle time after which a connection is closed.'),
    maxHeaderBytes: count(16_384, 'Largest head of a request, URL included.'),
    maxConnections: count(10_000, 'Most client connections at once.'),
  })
  .describe('The HTTP server. Read once at start: a change needs a restart.');

/** The policy file: everything about traffic, limits and security that has a knob. An empty file is all defaults. */
export const policySchema = z.strictObject({
  limits: limits.prefault({}),
  traffic: traffic.prefault({}),
  headers: headers.prefault({}),
  security: security.prefault({}),
  planning: planning.prefault({}),
  execution: execution.prefault({}),
  server: server.prefault({}),
});

export type Policy = z.output<typeof policySchema>;
export type OperationLimits = Policy['limits'];
export type PlanningPolicy = Policy['planning'];
export type ExecutionPolicy = Policy['execution'];
export type SecurityPolicy = Policy['security'];

export const DEFAULT_POLICY: Policy = policySchema.parse({});
