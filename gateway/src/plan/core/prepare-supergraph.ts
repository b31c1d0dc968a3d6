import type { DocumentNode, SelectionSetNode } from 'graphql';
import type { ReservedNames } from '../source-names.ts';
import {
  compositeDefinitions,
  joinFields,
  parseFieldSet,
  subgraphNames,
  textArgument,
} from './join-directives.ts';
import { bakeRequiredArguments } from './required-arguments.ts';
import { bakedPrefixOf, reservedNamesOf } from './reserved-names.ts';
import type { RequirementsOf } from './split-fetch.ts';
import type { Baked } from './unbake.ts';
import { unresolvableEntities, withoutUnresolvableKeys } from './unresolvable-keys.ts';

/** A supergraph as Apollo's planner gets it right, and what is needed to read its plans. */
export interface PreparedSupergraph {
  /** The same document where there was nothing to prepare. */
  readonly supergraph: DocumentNode;
  readonly reservedNames: ReservedNames;
  readonly baked: Baked;
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
    baked: {
      fields: bakedFields,
      requirementsOf: bakedFields.size === 0 ? () => undefined : requirementsIn(supergraph),
    },
    unresolvableEntities: unresolvableEntities(original),
  };
}

function requirementsIn(supergraph: DocumentNode): RequirementsOf {
  const subgraphs = subgraphNames(supergraph);
  const requirements = new Map<string, SelectionSetNode>();
  for (const type of compositeDefinitions(supergraph)) {
    for (const field of type.fields ?? []) {
      for (const join of joinFields(field)) {
        const requires = textArgument(join, 'requires');
        const subgraph = subgraphs.get(textArgument(join, 'graph') ?? '');
        if (requires === undefined) continue;
        requirements.set(`${subgraph}.${type.name.value}.${field.name.value}`, parseFieldSet(requires));
      }
    }
  }
  return (subgraph, type, field) => requirements.get(`${subgraph}.${type}.${field}`);
}
