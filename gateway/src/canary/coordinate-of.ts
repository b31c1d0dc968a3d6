import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * The field of the schema, `Type.field`, that stands at a path of a response; undefined where there is none. Behind an
 * abstract type several may: the first that the document has.
 */
export function coordinateOf(
  { schema, document }: { readonly schema: GraphQLSchema; readonly document: DocumentNode },
  operation: OperationDefinitionNode,
  path: readonly (string | number)[],
): string | undefined {
  const fragments = fragmentsOf(document);
  let places: readonly Place[] = [
    { type: schema.getRootType(operation.operation) ?? undefined, selectionSet: operation.selectionSet },
  ];
  let coordinate: string | undefined;
  for (const key of path) {
    if (typeof key === 'number') continue;
    const fields = places.flatMap((place) => fieldsOf(place, key, { schema, fragments }));
    const [first] = fields;
    if (first === undefined) return coordinate;
    coordinate = `${first.parent.name}.${first.node.name.value}`;
    places = fields.flatMap(({ parent, node }) => {
      const field = parent.getFields()[node.name.value];
      return field && node.selectionSet
        ? [{ type: getNamedType(field.type), selectionSet: node.selectionSet }]
        : [];
    });
  }
  return coordinate;
}

// Private:

interface Place {
  readonly type: GraphQLNamedType | undefined;
  readonly selectionSet: SelectionSetNode;
}

interface Names {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Those that answer under a key, fragments included. The document is valid: fragments are there and have no cycles. */
function fieldsOf({ type, selectionSet }: Place, key: string, names: Names): readonly FieldPlace[] {
  return selectionSet.selections.flatMap((selection): readonly FieldPlace[] => {
    if (selection.kind === Kind.FIELD) {
      const isIt = (selection.alias ?? selection.name).value === key;
      return isIt && (isObjectType(type) || isInterfaceType(type)) ? [{ parent: type, node: selection }] : [];
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? names.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) return [];
    const condition = fragment.typeCondition?.name.value;
    const inner = condition === undefined ? type : names.schema.getType(condition);
    return fieldsOf({ type: inner, selectionSet: fragment.selectionSet }, key, names);
  });
}

interface FieldPlace {
  readonly parent: Extract<GraphQLNamedType, { getFields: unknown; getInterfaces: unknown }>;
  readonly node: FieldNode;
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}
