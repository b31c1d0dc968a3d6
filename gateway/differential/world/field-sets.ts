import { type FieldNode, type GraphQLSchema, isAbstractType, Kind, type SelectionSetNode } from 'graphql';
import type { SubgraphModel } from './read-subgraph.ts';
import { mapItems } from './world-object.ts';

/** What a representation holds of the field set, in its order; what it lacks is told. */
export function readRequired(schema: GraphQLSchema, value: unknown, set: SelectionSetNode): unknown {
  return mapItems(value, (item) => {
    if (typeof item !== 'object' || item === null) return item;
    const record = item as Readonly<Record<string, unknown>>;
    const type = typeof record.__typename === 'string' ? record.__typename : undefined;
    return collectFields(schema, set, type)
      .filter((node) => type !== undefined || node.name.value in record)
      .map(({ name, selectionSet }) => {
        const inner = record[name.value];
        // undefined would be null in JSON, and so would hide that the gateway left it out.
        if (inner === undefined) return [name.value, 'missing'];
        return [name.value, selectionSet ? readRequired(schema, inner, selectionSet) : inner];
      });
  });
}

/** Fields of a field set that apply to an object of this type; all of them where it is unknown. */
export function collectFields(
  schema: GraphQLSchema,
  set: SelectionSetNode,
  type: string | undefined,
): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === '__typename' ? [] : [selection];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    const condition = selection.typeCondition?.name.value;
    const applies = type === undefined || condition === undefined || isSubType(schema, type, condition);
    return applies ? collectFields(schema, selection.selectionSet, type) : [];
  });
}

function isSubType(schema: GraphQLSchema, type: string, condition: string): boolean {
  const abstract = schema.getType(condition);
  if (type === condition) return true;
  return isAbstractType(abstract) && schema.getPossibleTypes(abstract).some((object) => object.name === type);
}

/** Object type -> the outermost fields of its keys, in whichever subgraph. */
export function keyFieldsOf(
  supergraph: GraphQLSchema,
  subgraphs: readonly SubgraphModel[],
): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  for (const { keys } of subgraphs) {
    for (const [name, own] of keys) {
      const type = supergraph.getType(name);
      const objects = isAbstractType(type)
        ? supergraph.getPossibleTypes(type).map((object) => object.name)
        : [name];
      for (const object of objects) {
        const known = fields.get(object) ?? new Set();
        fields.set(object, known);
        for (const selection of own.flatMap((key) => key.fields.selections)) {
          if (selection.kind === Kind.FIELD) known.add(selection.name.value);
        }
      }
    }
  }
  return fields;
}
