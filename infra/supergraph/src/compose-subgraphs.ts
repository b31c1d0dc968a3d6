import { composeServices } from '@apollo/composition';
import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';
import type { SubgraphSource } from './configuration.ts';

export interface CompositionProblem {
  /** A code of https://www.apollographql.com/docs/graphos/reference/federation/errors, or INVALID_GRAPHQL. */
  readonly code: string;
  readonly message: string;
  /** The places in the subgraphs' schemas that are at odds; none for what only their combination lacks. */
  readonly places: readonly ProblemPlace[];
}

export interface ProblemPlace {
  readonly subgraph: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export type CompositionOutcome =
  | { readonly composed: true; readonly supergraphSdl: string; readonly hints: readonly string[] }
  | { readonly composed: false; readonly problems: readonly CompositionProblem[] };

/** Merges the subgraphs into one supergraph, or says everything that keeps them from fitting together. */
export function composeSubgraphs(subgraphs: readonly SubgraphSource[]): CompositionOutcome {
  const problems: CompositionProblem[] = [];
  const services: { name: string; url: string; typeDefs: DocumentNode }[] = [];
  for (const { name, routingUrl, sdl } of subgraphs) {
    try {
      services.push({ name, url: routingUrl, typeDefs: parse(new Source(sdl, name)) });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      problems.push(toProblem(error, subgraphs));
    }
  }
  if (problems.length > 0) return { composed: false, problems };

  const result = composeServices(services);
  if (result.errors === undefined) {
    // What fits together, but not as anybody means it: the same type described in two ways, say.
    const hints = result.hints.map(({ definition, message }) => `${definition.code}: ${message}`);
    return { composed: true, supergraphSdl: `${result.supergraphSdl.trimEnd()}\n`, hints };
  }
  return { composed: false, problems: result.errors.map((error) => toProblem(error, subgraphs)) };
}

// Private:

function toProblem(error: GraphQLError, subgraphs: readonly SubgraphSource[]): CompositionProblem {
  const code = error.extensions.code;
  return {
    code: typeof code === 'string' ? code : 'INVALID_GRAPHQL',
    message: error.message,
    places: placesOf(error).flatMap(({ sourceName, line, column }) => {
      const subgraph = subgraphs.find(({ name }) => name === sourceName);
      return subgraph === undefined ? [] : [{ subgraph: subgraph.name, path: subgraph.path, line, column }];
    }),
  };
}

/** A syntax error knows its source, any other its nodes: each node was parsed from a source with its subgraph's name. */
function placesOf(error: GraphQLError) {
  const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
  if (error.nodes === undefined) return error.source ? [{ sourceName: error.source.name, line, column }] : [];
  return error.nodes.flatMap(({ loc }) =>
    loc === undefined
      ? []
      : [{ sourceName: loc.source.name, line: loc.startToken.line, column: loc.startToken.column }],
  );
}
