import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';

// What a supergraph's `@join__type` and `@join__field` say, read from its text. https://specs.apollo.dev/join/v0.5/

export type CompositeDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function compositeDefinitions(supergraph: DocumentNode): readonly CompositeDefinition[] {
  return supergraph.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
}

export function mapComposites(
  supergraph: DocumentNode,
  map: <T extends CompositeDefinition>(type: T) => T,
): DocumentNode {
  const definitions = supergraph.definitions.map((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
      ? map(node)
      : node,
  );
  return { ...supergraph, definitions };
}

export function joinTypes(type: CompositeDefinition): readonly ConstDirectiveNode[] {
  return (type.directives ?? []).filter((directive) => directive.name.value === 'join__type');
}

export function joinFields(field: FieldDefinitionNode): readonly ConstDirectiveNode[] {
  return (field.directives ?? []).filter((directive) => directive.name.value === 'join__field');
}

/** A string or the name of a graph. */
export function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

export function flagArgument(directive: ConstDirectiveNode, name: string): boolean | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

export function hasArgument(directive: ConstDirectiveNode, name: string): boolean {
  return directive.arguments?.some((argument) => argument.name.value === name) ?? false;
}

/** A field set as composition writes it: a selection without its outer braces. */
export function parseFieldSet(fields: string): SelectionSetNode {
  const [operation] = parse(`{${fields}}`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not a field set: ${fields}`);
  return operation.selectionSet;
}

/** The names that plans call subgraphs by, by the graph's name inside the supergraph. */
export function subgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const graphs = supergraph.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  const names = new Map<string, string>();
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return names;
  for (const { name, directives = [] } of graphs.values ?? []) {
    const join = directives.find((directive) => directive.name.value === 'join__graph');
    names.set(name.value, (join && textArgument(join, 'name')) ?? name.value);
  }
  return names;
}
