import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isNonNullType,
  Kind,
  type ObjectFieldNode,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { ifAbsent, ifNull, ifNullable } from './input-use.ts';

/** What is said of what variables bring: `all` that their types allow, or nothing, as somebody looks at the values. */
export type VariableValues = 'all' | 'left-out';

/**
 * The coordinates that an operation's text uses: `Type` for each type of which it selects something, that a fragment names,
 * or that it takes or gets values of; `Type.field`; `Type.field(argument:)` and `Input.field` where given, and how (see
 * input-use.ts); `Enum.VALUE` where written; `@directive` and `@directive(argument:)`. What the schema does not have is
 * left out.
 */
export function coordinatesOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: VariableValues,
): ReadonlySet<string> {
  const used = new Set<string>();
  const info = new TypeInfo(schema);
  const variables = variablesOf(document);
  const addGiven = (coordinate: string, value: ValueNode) => {
    used.add(coordinate);
    if (value.kind === Kind.NULL) used.add(ifNull(coordinate));
    if (value.kind !== Kind.VARIABLE) return;
    const variable = variables.get(value.name.value);
    if (variable === undefined || !mayBeNull(variable)) return;
    used.add(ifNullable(coordinate));
    if (variableValues === 'all') used.add(ifNull(coordinate)).add(ifAbsent(coordinate));
  };
  const visitor = visitWithTypeInfo(info, {
    Field(node) {
      const parent = info.getParentType();
      const field = info.getFieldDef();
      if (!parent || !field) return;
      const coordinate = `${parent.name}.${field.name}`;
      used.add(parent.name).add(coordinate).add(getNamedType(field.type).name);
      for (const { name } of field.args) {
        if (isGiven(node.arguments, name)) continue;
        used.add(ifAbsent(`${coordinate}(${name}:)`));
      }
    },
    Argument(node) {
      const directive = info.getDirective();
      const argument = info.getArgument();
      if (directive) {
        addGiven(`@${directive.name}(${node.name.value}:)`, node.value);
      } else {
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (parent && field) addGiven(`${parent.name}.${field.name}(${node.name.value}:)`, node.value);
      }
      if (argument) used.add(getNamedType(argument.type).name);
    },
    Directive(node) {
      used.add(`@${node.name.value}`);
      for (const { name } of schema.getDirective(node.name.value)?.args ?? []) {
        if (!isGiven((node as ConstDirectiveNode).arguments, name))
          used.add(ifAbsent(`@${node.name.value}(${name}:)`));
      }
    },
    InlineFragment(node) {
      if (node.typeCondition) used.add(node.typeCondition.name.value);
    },
    FragmentDefinition(node) {
      used.add(node.typeCondition.name.value);
    },
    ObjectValue(node) {
      const type = getNamedType(info.getInputType());
      if (!isInputObjectType(type)) return;
      used.add(type.name);
      for (const name of Object.keys(type.getFields())) {
        if (!isGiven(node.fields, name)) used.add(ifAbsent(`${type.name}.${name}`));
      }
    },
    ObjectField(node: ObjectFieldNode) {
      const parent = getNamedType(info.getParentInputType());
      if (parent) addGiven(`${parent.name}.${node.name.value}`, node.value);
    },
    EnumValue(node) {
      const type = getNamedType(info.getInputType());
      if (type) used.add(type.name).add(`${type.name}.${node.value}`);
    },
    VariableDefinition(node) {
      const type = typeFromAST(schema, node.type as Parameters<typeof typeFromAST>[1]);
      if (!isInputType(type)) return;
      used.add(getNamedType(type).name);
      if (variableValues === 'all') addAllOf(type, used, new Set());
    },
  });
  visit(document, visitor);
  return used;
}

// Private:

interface Named {
  readonly name: { readonly value: string };
}

function isGiven(given: readonly Named[] | undefined, name: string): boolean {
  return given?.some((node) => node.name.value === name) === true;
}

function variablesOf({ definitions }: DocumentNode): ReadonlyMap<string, VariableDefinitionNode> {
  const found = new Map<string, VariableDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const variable of definition.variableDefinitions ?? [])
      found.set(variable.variable.name.value, variable);
  }
  return found;
}

/** A variable with a default may stand where null may not: https://spec.graphql.org/October2021/#sec-All-Variable-Usages-are-Allowed */
function mayBeNull({ type, defaultValue }: VariableDefinitionNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) return false;
  return defaultValue === undefined || defaultValue.kind === Kind.NULL;
}

function addAllOf(type: GraphQLInputType, used: Set<string>, seen: Set<string>): void {
  const named = getNamedType(type);
  if (seen.has(named.name)) return;
  seen.add(named.name);
  used.add(named.name);
  if (isEnumType(named)) for (const { name } of named.getValues()) used.add(`${named.name}.${name}`);
  if (!isInputObjectType(named)) return;
  for (const field of Object.values(named.getFields())) {
    const coordinate = `${named.name}.${field.name}`;
    used.add(coordinate);
    if (!isNonNullType(field.type)) used.add(ifNull(coordinate));
    if (!isNonNullType(field.type) || field.defaultValue !== undefined) used.add(ifAbsent(coordinate));
    addAllOf(field.type, used, seen);
  }
}
