import { buildSchema, type DocumentNode, type GraphQLSchema, print } from 'graphql';
import type { SupergraphFacts } from './planner.ts';
import type { ReservedNames } from './source-names.ts';

/** What the planner's thread tells of a supergraph once it has read it. Plain data. */
export interface LoadedSupergraph {
  readonly apiSchemaSdl: string;
  readonly facts: SupergraphFacts;
  readonly reservedNames: ReservedNames;
}

/** The planner's thread has validated it: checking again would only hold up the event loop. */
export function readApiSchema(sdl: string): GraphQLSchema {
  return buildSchema(sdl, { assumeValid: true, assumeValidSDL: true, noLocation: true });
}

/** The text as the client sent it, where the document remembers it: printing costs more than all else here. */
export function documentText(document: DocumentNode): string {
  return document.loc?.source.body ?? print(document);
}
