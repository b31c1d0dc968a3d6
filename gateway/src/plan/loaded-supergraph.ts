import { type DocumentNode, print } from 'graphql';
import type { SupergraphFacts } from './planner.ts';
import type { ReservedNames } from './source-names.ts';

/** What the planner's thread tells of a supergraph once it has read it. Plain data. */
export interface LoadedSupergraph {
  /** Its SDL, cut between definitions. */
  readonly apiSchemaParts: readonly string[];
  readonly facts: SupergraphFacts;
  readonly reservedNames: ReservedNames;
}

/** The text as the client sent it, where the document remembers it: printing costs more than all else here. */
export function documentText(document: DocumentNode): string {
  return document.loc?.source.body ?? print(document);
}
