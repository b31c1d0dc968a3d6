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
  /** Sent once before, and not measured. */
  readonly warmUp?: readonly GraphQLRequest[];
  /** The only gateways that it is about. */
  readonly gateways?: readonly string[];
  /** Measured longer than the others, and with latencies: what the claims are about. */
  readonly isPrincipal?: true;
  /** Adds nothing to a smoke test but time. */
  readonly isLong?: true;
  /** Of the load without a timetable; otherwise what the run says. */
  readonly connections?: number;
  /** Each gateway has an answer of its own, as to introspection: measured whatever it answers. */
  readonly hasManyAnswers?: true;
}
