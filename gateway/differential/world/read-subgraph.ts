import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  isAbstractType,
  isEnumType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { SubgraphSource } from '../federation/generate-federation.ts';

export interface KeyFacts {
  readonly fields: SelectionSetNode;
  readonly resolvable: boolean;
}

export interface ContextArgument {
  readonly argument: string;
  readonly context: string;
  readonly selection: SelectionSetNode;
}

/** What a field's directives say, by `Type.field`. */
export interface FieldFacts {
  readonly external: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  readonly override: { readonly from: string; readonly label: string | undefined } | undefined;
  readonly contextArguments: readonly ContextArgument[];
}

/** One subgraph's schema with the meaning of its federation directives. */
export interface SubgraphModel {
  readonly name: string;
  /** Executable, with `_entities`, without federation's directives. */
  readonly schema: GraphQLSchema;
  readonly keys: ReadonlyMap<string, readonly KeyFacts[]>;
  readonly fields: ReadonlyMap<string, FieldFacts>;
  /** Interfaces elsewhere, objects here. */
  readonly interfaceObjects: ReadonlySet<string>;
  /** Context -> types that set it. */
  readonly contexts: ReadonlyMap<string, readonly string[]>;
  /** Abstract type -> its objects here; enum -> its values here. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function readSubgraph({ name, typeDefs }: SubgraphSource): SubgraphModel {
  const document = parse(typeDefs, { noLocation: true });
  const composites = document.definitions.filter(
    (node): node is Composite =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
  const keys = new Map<string, KeyFacts[]>();
  const fields = new Map<string, FieldFacts>();
  const interfaceObjects = new Set<string>();
  const contexts = new Map<string, string[]>();
  for (const type of composites) {
    for (const directive of type.directives ?? []) {
      if (directive.name.value === 'interfaceObject') interfaceObjects.add(type.name.value);
      if (directive.name.value === 'key') {
        const key = {
          fields: fieldSet(text(directive, 'fields') ?? ''),
          resolvable: !isFalse(directive, 'resolvable'),
        };
        keys.set(type.name.value, [...(keys.get(type.name.value) ?? []), key]);
      }
      if (directive.name.value === 'context') {
        const context = text(directive, 'name') ?? '';
        contexts.set(context, [...(contexts.get(context) ?? []), type.name.value]);
      }
    }
    for (const field of type.fields ?? []) {
      const facts = factsOf(field);
      if (facts) fields.set(`${type.name.value}.${field.name.value}`, facts);
    }
  }
  const entities = composites.filter(
    (type) => type.kind === Kind.OBJECT_TYPE_DEFINITION && keys.has(type.name.value),
  );
  const schema = executableSchema(
    document,
    entities.map((type) => type.name.value),
  );
  const members = new Map<string, readonly string[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type))
      members.set(
        type.name,
        schema.getPossibleTypes(type).map((object) => object.name),
      );
    if (isEnumType(type))
      members.set(
        type.name,
        type.getValues().map((value) => value.name),
      );
  }
  return { name, schema, keys, fields, interfaceObjects, contexts, members };
}

export function fieldSet(fields: string): SelectionSetNode {
  const [operation] = parse(fields.trimStart().startsWith('{') ? fields : `{${fields}}`, {
    noLocation: true,
  }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not a field set: ${fields}`);
  return operation.selectionSet;
}

function factsOf(field: FieldDefinitionNode): FieldFacts | undefined {
  const directive = (name: string) => field.directives?.find((candidate) => candidate.name.value === name);
  const selection = (name: string) => {
    const fields = text(directive(name), 'fields');
    return fields === undefined ? undefined : fieldSet(fields);
  };
  const override = directive('override');
  const contextArguments = (field.arguments ?? []).flatMap((argument) => {
    const from = argument.directives?.find((candidate) => candidate.name.value === 'fromContext');
    const [, context, set] = /^\$(\w+)\s*(.*)$/s.exec(text(from, 'field') ?? '') ?? [];
    if (context === undefined || set === undefined) return [];
    return [{ argument: argument.name.value, context, selection: fieldSet(set) }];
  });
  const facts: FieldFacts = {
    external: directive('external') !== undefined,
    requires: selection('requires'),
    provides: selection('provides'),
    override: override && { from: text(override, 'from') ?? '', label: text(override, 'label') },
    contextArguments,
  };
  return field.directives?.length || contextArguments.length > 0 ? facts : undefined;
}

function executableSchema(document: DocumentNode, entities: readonly string[]): GraphQLSchema {
  const bare = visit(document, {
    SchemaExtension: () => null,
    Directive: () => null,
  });
  const machinery =
    entities.length === 0
      ? ''
      : `scalar _Any union _Entity = ${entities.join(' | ')} extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  const hasQuery = bare.definitions.some(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query',
  );
  const query = hasQuery ? '' : 'type Query { _service: String }';
  const added = `${machinery} ${query}`.trim();
  const definitions = [
    ...bare.definitions,
    ...(added === '' ? [] : parse(added, { noLocation: true }).definitions),
  ];
  return buildASTSchema(mergeQuery({ ...bare, definitions }), { assumeValid: true, assumeValidSDL: true });
}

/** buildASTSchema ignores extensions. */
function mergeQuery(document: DocumentNode): DocumentNode {
  const added = document.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_EXTENSION ? (node.fields ?? []) : [],
  );
  return {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query'
        ? { ...node, fields: [...(node.fields ?? []), ...added] }
        : node,
    ),
  };
}

function text(directive: ConstDirectiveNode | undefined, argument: string): string | undefined {
  const value = directive?.arguments?.find((candidate) => candidate.name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function isFalse(directive: ConstDirectiveNode, argument: string): boolean {
  const value = directive.arguments?.find((candidate) => candidate.name.value === argument)?.value;
  return value?.kind === Kind.BOOLEAN && !value.value;
}
