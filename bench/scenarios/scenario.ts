import type { Federation } from '../federations/federation.ts';

export interface GraphQLRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What the gateways are asked, in front of which subgraphs. */
export interface Scenario {
  readonly name: string;
  /** One line for docs/performance.md. */
  readonly about: string;
  readonly federation: Federation;
  /** Sent in turn. */
  readonly requests: readonly GraphQLRequest[];
}
