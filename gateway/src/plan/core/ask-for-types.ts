import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Asks for the type wherever fragments on an abstract type depend on it. The planner does so itself, but by the types
 * of the subgraph: where that declares an object type, what is fetched does not say which it is, and nobody could tell
 * any more whether a fragment applies. The same document when there is nothing to ask.
 */
export function askForTypes(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet: (set) => {
        if (!isAbstractType(types.getParentType()) || !dependsOnType(set)) return undefined;
        return { ...set, selections: [TYPENAME, ...set.selections] };
      },
    }),
  );
}

function dependsOnType({ selections }: SelectionSetNode): boolean {
  return (
    selections.some((selection) => selection.kind !== Kind.FIELD || isTypename(selection)) &&
    !selections.some(isPlain)
  );
}

function isTypename({ name }: FieldNode): boolean {
  return name.value === '__typename';
}

function isPlain(selection: SelectionNode): boolean {
  return (
    selection.kind === Kind.FIELD &&
    isTypename(selection) &&
    !selection.alias &&
    !selection.directives?.length
  );
}
