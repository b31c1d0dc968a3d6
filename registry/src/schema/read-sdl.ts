import { print } from 'graphql';
import type { CompositionProblem } from '../contract/subgraphs.ts';
import { textDigest } from './digest.ts';
import { parseSdl } from './parse-sdl.ts';

export type ReadSdl =
  | { readonly valid: true; readonly digest: string }
  | { readonly valid: false; readonly problem: CompositionProblem };

/**
 * The digest by which a revision is known, and which replicas attest: of the schema as it is printed, so that comments
 * and layout make no difference. Or why the text is not GraphQL.
 */
export function readSdl(subgraph: string, sdl: string): ReadSdl {
  const outcome = parseSdl(subgraph, sdl);
  return outcome.parsed
    ? { valid: true, digest: textDigest(print(outcome.document)) }
    : { valid: false, problem: outcome.problem };
}
