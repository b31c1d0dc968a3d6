import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import {
  compositeDefinitions,
  hasArgument,
  joinFields,
  joinTypes,
  parseFieldSet,
  subgraphNames,
  textArgument,
} from './join-directives.ts';
import type { BakedField } from './required-arguments.ts';

/** What the @requires of a supergraph say, under the planner's names. */
export interface Requirements {
  readonly bakedFields: ReadonlyMap<string, BakedField>;
  readonly abstractTypes: ReadonlySet<string>;
  /** Names of fields that need something of other subgraphs first: @requires and @fromContext. */
  readonly needing: ReadonlySet<string>;
  /** No field requires anything. */
  readonly none: boolean;
  of(subgraph: string, type: string, field: string): SelectionSetNode | undefined;
  /** The fields of each key that the subgraph resolves. */
  keysOf(subgraph: string, type: string): readonly (readonly string[])[];
}

export function requirementsIn(
  supergraph: DocumentNode,
  bakedFields: ReadonlyMap<string, BakedField>,
): Requirements {
  const subgraphs = subgraphNames(supergraph);
  const required = new Map<string, SelectionSetNode>();
  const needing = new Set<string>();
  const keys = new Map<string, (readonly string[])[]>();
  for (const type of compositeDefinitions(supergraph)) {
    for (const join of joinTypes(type)) {
      const key = textArgument(join, 'key');
      const place = `${subgraphs.get(textArgument(join, 'graph') ?? '')}.${type.name.value}`;
      if (key !== undefined) keys.set(place, [...(keys.get(place) ?? []), fieldNames(key)]);
    }
    for (const field of type.fields ?? []) {
      for (const join of joinFields(field)) {
        const requires = textArgument(join, 'requires');
        if (requires !== undefined || hasArgument(join, 'contextArguments')) needing.add(field.name.value);
        const subgraph = subgraphs.get(textArgument(join, 'graph') ?? '');
        if (requires === undefined) continue;
        required.set(`${subgraph}.${type.name.value}.${field.name.value}`, parseFieldSet(requires));
      }
    }
  }
  const interfaces = compositeDefinitions(supergraph).filter(
    (type) => type.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
  return {
    bakedFields,
    abstractTypes: new Set(interfaces.map((type) => type.name.value)),
    needing,
    none: required.size === 0,
    keysOf: (subgraph, type) => keys.get(`${subgraph}.${type}`) ?? [],
    of: (subgraph, type, field) => required.get(`${subgraph}.${type}.${field}`),
  };
}

function fieldNames(fieldSet: string): readonly string[] {
  return parseFieldSet(fieldSet).selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );
}
