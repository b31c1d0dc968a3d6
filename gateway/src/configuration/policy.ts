import { z } from 'zod';
import { cachePolicy } from './cache-policy.ts';
import { count, duration } from './knobs.ts';
import { faultsPolicy, trafficPolicy } from './traffic-policy.ts';

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
    cacheBytes: count(
      128 * 1024 * 1024,
      'Memory for plans and what is compiled from them; an eighth of it more for plans alone.',
    ),
    plansByLiterals: count(
      4,
      'How many operations that differ only in the literals of their arguments get a plan each; the literals of further ones travel as variables, with one plan for all.',
    ),
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

const responses = z
  .strictObject({
    degraded: z
      .boolean()
      .default(true)
      .describe(
        'Whether extensions.degraded says which parts of an answer are missing or old for a subgraph’s fault.',
      ),
    subgraphTimings: z
      .boolean()
      .optional()
      .describe(
        'Whether Server-Timing has the time of each subgraph and of the whole. Left out: where introspection is on.',
      ),
  })
  .describe('What answers say beside data and errors.');

const canary = z
  .strictObject({
    testers: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Roles whose holders may choose by the header tributary-arm (live or canary) what answers them; "*" is everybody.',
      ),
    anonymousHeader: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9a-z-]*$/, { error: 'is not a header name in lower case' })
      .default('')
      .describe(
        'What tells callers apart that are not signed in, say x-client-id, or x-forwarded-for behind a proxy. Empty: the address of the connection.',
      ),
  })
  .describe('Who gets a release that takes its traffic step by step.');

const criticality = z.enum(['critical', 'default', 'background']);

const overload = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether requests are refused, by 503, when there are more than the process can serve.'),
    targetDelayMs: duration(
      30,
      'A wait for the event loop that means too much work when it is never shorter for 100 ms, and the wait of the first in line from which on more come than can begin: then none waits for longer than a 25th of it.',
    ),
    minInFlight: count(
      64,
      'Requests in flight below which none is refused: then it is not they that make the event loop late.',
    ),
    maxInFlight: count(
      5_000,
      'Most requests in flight. The last tenth is for critical ones; background ones may fill 70 %.',
    ),
    retryAfterSeconds: z
      .int()
      .min(1)
      .max(3_600)
      .default(2)
      .describe('What a refused client is told to wait: at random between this and twice as much.'),
    unreadyAfterMs: z
      .int()
      .min(0)
      .max(3_600_000)
      .default(30_000)
      .describe(
        'Time of refusing more than background requests after which the process is not ready; 0 is never.',
      ),
    clients: z
      .record(z.string(), criticality)
      .default({})
      .describe(
        'The highest x-request-criticality that a client may ask for, by its apollographql-client-name. Others: default.',
      ),
    operations: z
      .record(z.string(), criticality)
      .default({})
      .describe(
        'How much operations matter that say nothing themselves, by x-apollo-operation-name or the operationName of a GET.',
      ),
  })
  .describe(
    'What is given up when there is too much to do: background, then default, then critical requests.',
  );

const server = z
  .strictObject({
    httpServer: z
      .enum(['lean', 'node'])
      .default('lean')
      .describe(
        'Who reads client connections: lean is a reader for plain requests that leaves all others to node:http; node is node:http alone.',
      ),
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
  traffic: trafficPolicy.prefault({}),
  faults: faultsPolicy.prefault({}),
  cache: cachePolicy.prefault({}),
  headers: headers.prefault({}),
  security: security.prefault({}),
  planning: planning.prefault({}),
  execution: execution.prefault({}),
  responses: responses.prefault({}),
  canary: canary.prefault({}),
  overload: overload.prefault({}),
  server: server.prefault({}),
});

export type Policy = z.output<typeof policySchema>;
export type OperationLimits = Policy['limits'];
export type TrafficPolicy = Policy['traffic'];
export type FaultsPolicy = Policy['faults'];
export type CachePolicy = Policy['cache'];
export type PlanningPolicy = Policy['planning'];
export type ExecutionPolicy = Policy['execution'];
export type OverloadPolicy = Policy['overload'];
export type SecurityPolicy = Policy['security'];

export const DEFAULT_POLICY: Policy = policySchema.parse({});
