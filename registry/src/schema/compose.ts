import { composeServices } from '@apollo/composition';
import { type DocumentNode, type GraphQLError, printSchema } from 'graphql';
import type { CompositionProblem } from '../contract/subgraphs.ts';
import { textDigest } from './digest.ts';
import { indexComposition } from './indexed-composition.ts';
import type { Member } from './member.ts';
import { parseSdl, toProblem } from './parse-sdl.ts';

export interface Composed {
  readonly composed: true;
  /** Of `supergraphSdl`. */
  readonly digest: string;
  readonly supergraphSdl: string;
  /** What clients see of it. */
  readonly apiSdl: string;
  readonly hints: readonly string[];
}

export type Composition =
  | Composed
  | { readonly composed: false; readonly problems: readonly CompositionProblem[] };

/** Merges the subgraphs into one supergraph, or says everything that keeps them from fitting together. */
export function compose(members: readonly Member[]): Composition {
  const problems: CompositionProblem[] = [];
  const services: Service[] = [];
  // Composition orders subgraphs as they come; sorted, the same subgraphs give the same bytes.
  for (const { name, routingUrl, sdl } of members.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const outcome = parseSdl(name, sdl);
    if (outcome.parsed) services.push({ name, url: routingUrl, typeDefs: outcome.document });
    else problems.push(outcome.problem);
  }
  if (problems.length > 0) return { composed: false, problems };

  try {
    return composeParsed(services, members);
  } catch (error) {
    // Some schemas that do not go together are found so late that composition takes itself for broken.
    const message = error instanceof Error ? error.message : String(error);
    return { composed: false, problems: [{ code: 'COMPOSITION_FAULT', message, places: [] }] };
  }
}

// Private:

interface Service {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
}

function composeParsed(services: Service[], members: readonly Member[]): Composition {
  indexComposition();
  const result = composeServices(services);
  if (result.errors !== undefined) return refusal(result.errors, members);
  const supergraphSdl = `${result.supergraphSdl.trimEnd()}\n`;
  return {
    composed: true,
    digest: textDigest(supergraphSdl),
    supergraphSdl,
    apiSdl: printSchema(result.schema.toAPISchema().toGraphQLJSSchema()),
    hints: result.hints.map(({ definition, message }) => `${definition.code}: ${message}`),
  };
}

function refusal(errors: readonly GraphQLError[], members: readonly Member[]): Composition {
  const names = new Set(members.map(({ name }) => name));
  return { composed: false, problems: errors.map((error) => toProblem(error, names)) };
}
