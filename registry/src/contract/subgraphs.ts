import { z } from 'zod';
import { commitId, expectedBase, notes, routingUrl } from './names.ts';

/** POST /v1/environments/:environment/subgraphs/:subgraph/revisions */
export const publishBody = z.strictObject({
  sdl: z.string().min(1),
  /** May be left out where the subgraph has one already. */
  routingUrl: routingUrl.optional(),
  commit: commitId.optional(),
  /** The composition that this schema was checked against. */
  expectBase: expectedBase.optional(),
  rolloutNotes: notes.optional(),
  rollbackNotes: notes.optional(),
});
export type PublishBody = z.input<typeof publishBody>;

/** DELETE /v1/environments/:environment/subgraphs/:subgraph */
export const retireBody = z.strictObject({ expectBase: expectedBase.optional() });
export type RetireBody = z.input<typeof retireBody>;

/** A line of a subgraph's SDL; lines and columns begin at 1. */
export interface Place {
  readonly subgraph: string;
  readonly line: number;
  readonly column: number;
}

export interface CompositionProblem {
  /** A code of https://www.apollographql.com/docs/graphos/reference/federation/errors, or INVALID_GRAPHQL. */
  readonly code: string;
  readonly message: string;
  /** What is at odds; none for what only the combination lacks. */
  readonly places: readonly Place[];
}

export interface PublishAnswer {
  /** False when the environment had this very subgraph already: nothing was written. */
  readonly changed: boolean;
  readonly environment: string;
  readonly subgraph: string;
  /** Of the subgraph's canonical SDL. */
  readonly revision: string;
  /** Of the supergraph. */
  readonly composition: string;
  readonly release: number;
  readonly state: string;
  /** What composes, but perhaps not as anybody means it. */
  readonly hints: readonly string[];
}

/** Comes with the error PUBLISH_CONFLICT. */
export interface Conflict {
  readonly expectedBase: string;
  /** Where the environment is: a composition, or `none`. */
  readonly actualBase: string;
  /** What was published or retired since the expected base, oldest first. */
  readonly since: readonly InterveningChange[];
  /** Why the two do not go together. */
  readonly problems: readonly CompositionProblem[];
}

export interface InterveningChange {
  readonly release: number;
  readonly cause: string;
  readonly subgraph: string | null;
  readonly author: string | null;
  readonly commit: string | null;
  readonly at: string;
}

/** GET /v1/environments/:environment/subgraphs */
export interface SubgraphList {
  readonly environment: string;
  readonly release: number | null;
  readonly composition: string | null;
  readonly subgraphs: readonly ListedSubgraph[];
}

export interface ListedSubgraph {
  readonly name: string;
  readonly revision: string;
  readonly routingUrl: string;
  readonly commit: string | null;
  readonly author: string;
  readonly publishedAt: string;
}
