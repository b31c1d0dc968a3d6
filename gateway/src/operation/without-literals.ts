import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  specifiedScalarTypes,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** What a document asks for, and the literals that it has for its fields' arguments. */
export interface WithoutLiterals {
  readonly document: DocumentNode;
  /** By the names of the variables that stand for them in the document. */
  readonly literals: Readonly<Record<string, unknown>>;
}

const PREFIX = 'literal';

/**
 * Puts a variable in the place of each argument of a field that is written out, and is of types whose literals mean what JSON
 * means: scalars that GraphQL specifies, enums, and lists and objects of these. Equal literals of one type become one
 * variable, so that fields that could be merged still can. Undefined where there are none, where a document has several
 * operations, and where it has a variable of such a name. The document has to be valid.
 */
export function withoutLiterals(schema: GraphQLSchema, document: DocumentNode): WithoutLiterals | undefined {
  const operations = document.definitions.filter(isOperation);
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) return undefined;
  const variables = operation.variableDefinitions ?? [];
  if (variables.some(({ variable }) => variable.name.value.startsWith(PREFIX))) return undefined;

  const literals: Record<string, unknown> = {};
  const definitions: VariableDefinitionNode[] = [];
  const known = new Map<string, string>();
  const nameOf = (type: string, value: unknown): string => {
    const key = `${type} ${JSON.stringify(value)}`;
    let name = known.get(key);
    if (name === undefined) {
      name = `${PREFIX}${known.size}`;
      known.set(key, name);
      literals[name] = value;
      definitions.push({ kind: Kind.VARIABLE_DEFINITION, variable: toVariable(name), type: parseType(type) });
    }
    return name;
  };

  const types = new TypeInfo(schema);
  const asked = visit(
    document,
    visitWithTypeInfo(types, {
      Argument(node) {
        const type = types.getArgument()?.type;
        const isOfField = !types.getDirective() && !types.getFieldDef()?.name.startsWith('__');
        if (!isOfField || type === undefined || node.value.kind === Kind.NULL) return undefined;
        const value = toJson(node.value, type);
        return value === NONE ? undefined : { ...node, value: toVariable(nameOf(String(type), value)) };
      },
    }),
  );
  if (definitions.length === 0) return undefined;
  return {
    document: {
      ...asked,
      definitions: asked.definitions.map((definition) =>
        isOperation(definition)
          ? { ...definition, variableDefinitions: [...variables, ...definitions] }
          : definition,
      ),
    },
    literals,
  };
}

// Private:

function isOperation(node: DocumentNode['definitions'][number]): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION;
}

function toVariable(name: string) {
  return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const;
}

/** Not for a variable. */
const NONE = Symbol('none');

function toJson(node: ValueNode, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return toJson(node, type.ofType);
  if (node.kind === Kind.NULL) return null;
  if (isListType(type)) {
    if (node.kind !== Kind.LIST) return NONE;
    return unlessNone(node.values.map((item) => toJson(item, type.ofType)));
  }
  if (isInputObjectType(type)) {
    if (node.kind !== Kind.OBJECT) return NONE;
    const fields = type.getFields();
    const names = node.fields.map(({ name }) => name.value);
    const values = node.fields.map(({ name, value }) => {
      const field = fields[name.value];
      return field ? toJson(value, field.type) : NONE;
    });
    if (unlessNone(values) === NONE) return NONE;
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
  }
  if (isEnumType(type)) return node.kind === Kind.ENUM ? node.value : NONE;
  // One of the schema's own may read a literal in another way than a value.
  return specifiedScalarTypes.includes(type) ? toScalar(node, type.name) : NONE;
}

function unlessNone(values: readonly unknown[]): unknown {
  return values.includes(NONE) ? NONE : values;
}

function toScalar(node: ValueNode, type: string): unknown {
  switch (node.kind) {
    case Kind.STRING:
      return type === 'String' || type === 'ID' ? node.value : NONE;
    case Kind.BOOLEAN:
      return type === 'Boolean' ? node.value : NONE;
    case Kind.INT:
      // An ID may have more digits than a number.
      if (type === 'ID') return node.value;
      return type === 'Int' || type === 'Float' ? toNumber(node.value) : NONE;
    case Kind.FLOAT:
      return type === 'Float' ? toNumber(node.value) : NONE;
    default:
      return NONE;
  }
}

/** JSON has no infinity, which is what 1e400 means, and `JSON.stringify` no -0. */
function toNumber(text: string): unknown {
  const value = Number(text);
  return Number.isFinite(value) && !Object.is(value, -0) ? value : NONE;
}
