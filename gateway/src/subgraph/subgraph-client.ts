import type { Identity } from '@tributary/identity';
import type { Span } from '@tributary/telemetry';
import type { GraphQLFormattedError } from 'graphql';
import type { Lifetime } from './lifetime.ts';
import type { RequestReport } from './request-report.ts';

/** Who a fetch is made for: what of the client's request may reach a subgraph. */
export interface Caller {
  readonly identity: Identity;
  /** Values of the headers that the policy forwards, by lower-case name. */
  readonly forwardedHeaders: Readonly<Record<string, string>>;
}

/** What is asked of a subgraph, and for whom. */
export interface FetchRequest {
  /** The whole JSON body as bytes in latin1: one character is one byte of its UTF-8. */
  readonly body: string;
  /** Tells bodies apart at a glance: of equal ones it is mostly the same, of others it mostly differs. */
  readonly mark: number;
  /** The operation in the body, as its text: the same string with each request for the same. */
  readonly query: string;
  readonly operationName: string | undefined;
  /** What is asked for, as schema coordinates: root fields (`Query.me`) or types of entities (`User`). */
  readonly targets: readonly string[];
  /** Absent in a fetch of root fields. */
  readonly entities?: EntitiesRequest | undefined;
  /** A query may be sent again; a mutation only if the policy knows how subgraphs tell the second from the first. */
  readonly operationKind: 'query' | 'mutation';
  /** Where in the client's response the answer goes; `@` stands for each item of a list. */
  readonly path: readonly string[];
  readonly caller: Caller;
  /** Of the client's request that this fetch belongs to. */
  readonly report: RequestReport;
  /** The fetch's own, once it has one. What is done for it happens in callbacks of sockets and timers too, where no span is active. */
  readonly span?: Span;
}

export interface SubgraphRequest<T> extends FetchRequest {
  /** Ends when nobody waits for the answer any longer: the client left, or the request's time is over. */
  readonly lifetime: Lifetime;
  /**
   * Reads the answer as soon as its last byte is there, inside the policies around the transport: what it throws
   * (a TributaryError with a SUBGRAPH_* code) is a failure of the fetch like any other.
   */
  read(response: RawResponse): SubgraphReading<T>;
}

/** A request for entities, in parts that can be asked for with fewer of them. */
export interface EntitiesRequest {
  /** Each a field `_entities` of the request, in the order of the body. */
  readonly parts: readonly EntitiesPart[];
  /** The body that asks for these representations instead: a list for each part, byte text each. */
  bodyFor(representations: readonly (readonly string[])[]): string;
}

export interface EntitiesPart {
  /** Its key in `data`. */
  readonly dataKey: string;
  /** Byte text of each; none of them twice. */
  readonly representations: readonly string[];
}

/** A whole HTTP answer; its body has not been looked at. Header fields are as they came. */
export interface RawResponse {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly retryAfter?: string | undefined;
  readonly cacheControl?: string | undefined;
  /** Names under which caches are told to forget the answer, separated by commas. */
  readonly cacheTag?: string | undefined;
  /** Seconds that caches on the way have had it. */
  readonly age?: string | undefined;
  readonly body: Buffer;
  /** The body's memory is this answer's alone: its only reader may free it in the end. */
  readonly ownsBody?: boolean;
}

export interface SubgraphReading<T> {
  readonly value: T;
  /** GraphQL errors in the answer: for spans and metrics. */
  readonly errorCount: number;
  /** There is no data at all, by the fault of the server: the errors do not blame the request. */
  readonly isServerFault?: boolean;
}

/** A well-formed GraphQL response; at least one of the two is there. */
export interface SubgraphResponse {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/**
 * The way to one subgraph, with the policies on it: see traffic/. What is around others hands on a copy of the request, so what a request
 * has must be its own.
 * `send` rejects with a TributaryError whose code is one of SUBGRAPH_*.
 */
export interface SubgraphClient extends AsyncDisposable {
  readonly name: string;
  send<T>(request: SubgraphRequest<T>): Promise<T>;
}
