import type { Identity } from '@tributary/identity';
import type { GraphQLFormattedError } from 'graphql';

/** Who a fetch is made for: what of the client's request may reach a subgraph. */
export interface Caller {
  readonly identity: Identity;
  /** Values of the headers that the policy forwards, by lower-case name. */
  readonly forwardedHeaders: Readonly<Record<string, string>>;
}

export interface SubgraphRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Where in the client's response the answer goes; `@` stands for each item of a list. */
  readonly path: readonly string[];
  readonly caller: Caller;
  /** Aborted when nobody waits for the answer any longer: the client left, or the request's time is over. */
  readonly signal: AbortSignal;
}

/** A well-formed GraphQL response; at least one of the two is there. */
export interface SubgraphResponse {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/**
 * The way to one subgraph. Policies (deadline, breaker, retry, ...) are clients around a client.
 * `send` rejects with a TributaryError whose code is one of SUBGRAPH_*; GraphQL errors of the subgraph are in the response.
 */
export interface SubgraphClient extends AsyncDisposable {
  readonly name: string;
  send(request: SubgraphRequest): Promise<SubgraphResponse>;
}
