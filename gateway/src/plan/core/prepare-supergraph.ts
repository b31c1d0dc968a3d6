import type { DocumentNode } from 'graphql';
import type { ReservedNames } from '../source-names.ts';
import { bakeRequiredArguments } from './required-arguments.ts';
import { type Requirements, requirementsIn } from './requirements.ts';
import { bakedPrefixOf, reservedNamesOf } from './reserved-names.ts';
import { unresolvableEntities, withoutUnresolvableKeys } from './unresolvable-keys.ts';

/** A supergraph as Apollo's planner gets it right, and what is needed to read its plans. */
export interface PreparedSupergraph {
  /** The same document where there was nothing to prepare. */
  readonly supergraph: DocumentNode;
  readonly reservedNames: ReservedNames;
  readonly requirements: Requirements;
  /** `subgraph.Type`, see unresolvable-keys.ts. */
  readonly unresolvableEntities: ReadonlySet<string>;
}

export function prepareSupergraph(original: DocumentNode): PreparedSupergraph {
  const reservedNames = reservedNamesOf(original);
  const { supergraph, bakedFields } = bakeRequiredArguments(
    withoutUnresolvableKeys(original),
    bakedPrefixOf(original, reservedNames),
  );
  return {
    supergraph,
    reservedNames,
    requirements: requirementsIn(supergraph, bakedFields),
    unresolvableEntities: unresolvableEntities(original),
  };
}
