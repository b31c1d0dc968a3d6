import type { Place } from '../contract/subgraphs.ts';
import { type FederationChange, federationChanges } from './federation-changes.ts';
import { type LintFinding, lint } from './lint.ts';
import { createLocator } from './locate.ts';
import { parseSdl } from './parse-sdl.ts';

export interface SubgraphReviewRequest {
  readonly subgraph: string;
  /** The revision that is there; undefined for a new subgraph. */
  readonly before: string | undefined;
  readonly after: string;
  /** Coordinates of the supergraph whose places are wanted. */
  readonly coordinates: readonly string[];
}

export interface SubgraphReview {
  readonly federation: readonly FederationChange[];
  readonly lint: readonly LintFinding[];
  /** By coordinate, those of `federation` too. */
  readonly places: ReadonlyMap<string, CoordinatePlaces>;
}

export interface CoordinatePlaces {
  /** In the SDL of now: the coordinate, or what it was taken out of. */
  readonly now: Place;
  /** Where it stood before, if it is not there any more. */
  readonly was: Place | undefined;
}

/** Everything about a change that one subgraph's two texts tell. Both have been parsed before. */
export function reviewSubgraph({
  subgraph,
  before,
  after,
  coordinates,
}: SubgraphReviewRequest): SubgraphReview {
  const document = documentOf(subgraph, after);
  const old = before === undefined ? undefined : documentOf(subgraph, before);
  const federation = old === undefined ? [] : federationChanges(old, document);
  const locator = createLocator(subgraph, document);
  const oldLocator = old && createLocator(subgraph, old);
  const wanted = new Set([...coordinates, ...federation.map(({ coordinate }) => coordinate)]);
  const places = new Map(
    [...wanted].map((coordinate) => {
      const was = locator.exactly(coordinate) === undefined ? oldLocator?.exactly(coordinate) : undefined;
      return [coordinate, { now: locator.nearest(coordinate), was }];
    }),
  );
  return { federation, lint: lint(subgraph, document), places };
}

// Private:

function documentOf(subgraph: string, sdl: string) {
  const outcome = parseSdl(subgraph, sdl);
  if (!outcome.parsed) throw new Error(`${subgraph} was parsed before: ${outcome.problem.message}`);
  return outcome.document;
}
