import type { DocumentNode, SelectionSetNode } from 'graphql';
import {
  compositeDefinitions,
  joinFields,
  parseFieldSet,
  subgraphNames,
  textArgument,
} from './join-directives.ts';
import type { BakedField } from './required-arguments.ts';

/** What the @requires of a supergraph say, under the planner's names. */
export interface Requirements {
  readonly bakedFields: ReadonlyMap<string, BakedField>;
  readonly abstractTypes: ReadonlySet<string>;
  /** No field requires anything. */
  readonly none: boolean;
  of(subgraph: string, type: string, field: string): SelectionSetNode | undefined;
}

export function requirementsIn(
  supergraph: DocumentNode,
  bakedFields: ReadonlyMap<string, BakedField>,
): Requirements {
  const subgraphs = subgraphNames(supergraph);
  const required = new Map<string, SelectionSetNode>();
  for (const type of compositeDefinitions(supergraph)) {
    for (const field of type.fields ?? []) {
      for (const join of joinFields(field)) {
        const requires = textArgument(join, 'requires');
        const subgraph = subgraphs.get(textArgument(join, 'graph') ?? '');
        if (requires === undefined) continue;
        required.set(`${subgraph}.${type.name.value}.${field.name.value}`, parseFieldSet(requires));
      }
    }
  }
  const interfaces = compositeDefinitions(supergraph).filter(
    (type) => type.kind === 'InterfaceTypeDefinition',
  );
  return {
    bakedFields,
    abstractTypes: new Set(interfaces.map((type) => type.name.value)),
    none: required.size === 0,
    of: (subgraph, type, field) => required.get(`${subgraph}.${type}.${field}`),
  };
}
