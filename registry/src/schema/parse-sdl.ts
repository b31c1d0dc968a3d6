import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';
import type { CompositionProblem } from '../contract/subgraphs.ts';

/** Far above any schema that people write, far below what would fill the memory. */
const MAX_TOKENS = 1_000_000;

export type ParsedSdl =
  | { readonly parsed: true; readonly document: DocumentNode }
  | { readonly parsed: false; readonly problem: CompositionProblem };

/** Each node's location says `subgraph` as its source, which is how problems find back to their lines. */
export function parseSdl(subgraph: string, sdl: string): ParsedSdl {
  try {
    return { parsed: true, document: parse(new Source(sdl, subgraph), { maxTokens: MAX_TOKENS }) };
  } catch (error) {
    if (error instanceof RangeError) {
      const message = 'The schema is nested too deeply to be read';
      return { parsed: false, problem: { code: 'INVALID_GRAPHQL', message, places: [] } };
    }
    if (!(error instanceof GraphQLError)) throw error;
    return { parsed: false, problem: toProblem(error, new Set([subgraph])) };
  }
}

/** Places are named where composition names them, in the subgraphs' own texts. */
export function toProblem(error: GraphQLError, subgraphs: ReadonlySet<string>): CompositionProblem {
  const code = error.extensions.code;
  return {
    code: typeof code === 'string' ? code : 'INVALID_GRAPHQL',
    message: error.message,
    places: placesOf(error).filter(({ subgraph }) => subgraphs.has(subgraph)),
  };
}

// Private:

/** A syntax error knows its source, any other its nodes: each node was parsed from a source with its subgraph's name. */
function placesOf(error: GraphQLError) {
  const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
  if (error.nodes === undefined) return error.source ? [{ subgraph: error.source.name, line, column }] : [];
  return error.nodes.flatMap(({ loc }) =>
    loc === undefined
      ? []
      : [{ subgraph: loc.source.name, line: loc.startToken.line, column: loc.startToken.column }],
  );
}
