import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * The coordinates that an operation uses: `Type` for each type of which it selects something, that a fragment names, or
 * that it takes or gets values of; `Type.field`; `Type.field(argument:)` and `Input.field` where given; `Enum.VALUE` where
 * written; `@directive` and `@directive(argument:)`. What a variable brings is not in the text: all that its type allows.
 */
export function coordinatesOf(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  const info = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(info, {
    Field() {
      const parent = info.getParentType();
      const field = info.getFieldDef();
      if (!parent || !field) return;
      used.add(parent.name).add(`${parent.name}.${field.name}`).add(getNamedType(field.type).name);
    },
    Argument(node) {
      const directive = info.getDirective();
      if (directive) {
        used.add(`@${directive.name}(${node.name.value}:)`);
        return;
      }
      const parent = info.getParentType();
      const field = info.getFieldDef();
      const argument = info.getArgument();
      if (parent && field) used.add(`${parent.name}.${field.name}(${node.name.value}:)`);
      if (argument) used.add(getNamedType(argument.type).name);
    },
    Directive(node) {
      used.add(`@${node.name.value}`);
    },
    InlineFragment(node) {
      if (node.typeCondition) used.add(node.typeCondition.name.value);
    },
    FragmentDefinition(node) {
      used.add(node.typeCondition.name.value);
    },
    ObjectField(node) {
      const parent = getNamedType(info.getParentInputType());
      if (parent) used.add(parent.name).add(`${parent.name}.${node.name.value}`);
    },
    EnumValue(node) {
      const type = getNamedType(info.getInputType());
      if (type) used.add(type.name).add(`${type.name}.${node.value}`);
    },
    VariableDefinition(node) {
      const type = typeFromAST(schema, node.type as Parameters<typeof typeFromAST>[1]);
      if (isInputType(type)) addAllOf(type, used, new Set());
    },
  });
  visit(document, visitor);
  return used;
}

// Private:

function addAllOf(type: GraphQLInputType, used: Set<string>, seen: Set<string>): void {
  const named = getNamedType(type);
  if (seen.has(named.name)) return;
  seen.add(named.name);
  used.add(named.name);
  if (isEnumType(named)) for (const { name } of named.getValues()) used.add(`${named.name}.${name}`);
  if (!isInputObjectType(named)) return;
  for (const field of Object.values(named.getFields())) {
    used.add(`${named.name}.${field.name}`);
    addAllOf(field.type, used, seen);
  }
}
