import { z } from 'zod';
import { digest } from './names.ts';

/** The bounds of one report: what is beyond them a gateway sums up under `operation` ''. */
export const MOST_OPERATIONS = 200;
export const MOST_FAILURES = 10;
export const MOST_TRACE_IDS = 3;
export const MOST_SLOWEST = 3;

const count = z.int().min(0);
/** `Type.field` */
const coordinate = z.string().max(300);
const subgraph = z.string().max(100);
const traceId = z.string().regex(/^[0-9a-f]{32}$/);

/** Failures of one kind, with some requests as examples. */
const failure = z.strictObject({
  /** Null for a request that failed as a whole. */
  coordinate: coordinate.nullable(),
  /** Null where no subgraph failed. */
  subgraph: subgraph.nullable(),
  code: z.string().max(100),
  count: z.int().min(1),
  traceIds: z.array(traceId).max(MOST_TRACE_IDS),
});

/** One of the slowest requests, and where most of its time went. */
const slowRequest = z.strictObject({
  ms: z.number().min(0),
  traceId: traceId.nullable(),
  /** Whose fetches took the longest; null where nothing was fetched. */
  subgraph: subgraph.nullable(),
  /** What the slowest fetch asked it for; null where that was asked of another subgraph. */
  coordinate: coordinate.nullable(),
});

const armOperation = z.strictObject({
  /** SHA-256 of the normalised document, or '' for all that are beyond the bound. */
  operation: z.union([z.literal(''), digest]),
  name: z.string().max(200).nullable(),
  requests: count,
  /** Of these, how many were answered with an error. */
  errors: count,
  /** Requests per bucket of time, the fastest first, as packages/supergraph-delivery has them. */
  latency: z.array(count).length(64),
  failures: z.array(failure).max(MOST_FAILURES),
  /** Gateways of before 0006-slowest-requests.sql do not tell them. */
  slowest: z.array(slowRequest).max(MOST_SLOWEST).optional(),
});

const operations = z.array(armOperation).max(MOST_OPERATIONS + 1);

/** POST /v1/environments/:environment/gateways */
export const gatewayReport = z.strictObject({
  /** Of one process, another after each start. */
  gateway: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'a gateway is named by letters, digits, ., - and _, 100 at most'),
  /** Rises with each report of this gateway; the same one again is the same report. */
  sequence: z.int().min(1),
  /** Every supergraph that requests are still answered from. Empty with the last report: the gateway stops. */
  serves: z.array(digest).max(100),
  /** What has happened since the last report that was answered. */
  canary: z
    .strictObject({
      release: z.int().min(1),
      share: z.int().min(0).max(100),
      arms: z.strictObject({ live: operations, canary: operations }),
    })
    .optional(),
});

export type GatewayReport = z.output<typeof gatewayReport>;
export interface ArmFailure extends Readonly<Omit<z.output<typeof failure>, 'traceIds'>> {
  readonly traceIds: readonly string[];
}
export type ArmOperation = z.output<typeof armOperation>;
export type Arm = 'live' | 'canary';

export interface GatewayLease {
  /** A gateway that is not heard of for so long counts as gone. */
  readonly leaseSeconds: number;
}
