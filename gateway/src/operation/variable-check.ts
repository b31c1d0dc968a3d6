import {
  type GraphQLInputType,
  GraphQLScalarType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  specifiedScalarTypes,
  typeFromAST,
} from 'graphql';

/** True for values that coercion accepts for certain; false may mean anything. */
type Check = (value: unknown) => boolean;

export type VariablesCheck = (variables: Readonly<Record<string, unknown>>) => boolean;

/**
 * A quick yes to variables that are as they should be: looking at them costs a tenth of coercing them, and only
 * whether they are acceptable is asked here. Whatever is not certain is left to graphql-js and its messages.
 */
export function createVariablesCheck(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): VariablesCheck {
  const checks = variableDefinitions.map(({ variable, type, defaultValue }) => {
    const inputType = typeFromAST(schema, type as Parameters<typeof typeFromAST>[1]);
    const check = isInputType(inputType) ? checkOf(inputType, new Map()) : () => false;
    const isOptional = defaultValue !== undefined || !isNonNullType(inputType);
    return { name: variable.name.value, check, isOptional };
  });
  return (variables) => {
    for (const { name, check, isOptional } of checks) {
      const value = ownValue(variables, name);
      if (value === undefined ? !isOptional : !check(value)) return false;
    }
    return true;
  };
}

const anyType = new GraphQLScalarType({ name: 'Any' });

const SCALARS: Readonly<Record<string, Check>> = {
  Int: (value) => Number.isInteger(value) && (value as number) === ((value as number) | 0),
  Float: (value) => Number.isFinite(value),
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string',
};

function checkOf(type: GraphQLInputType, known: Map<GraphQLInputType, Check>): Check {
  if (isNonNullType(type)) {
    const inner = checkOf(type.ofType, known);
    return (value) => value !== null && inner(value);
  }
  const check = nonNullCheckOf(type, known);
  return (value) => value === null || check(value);
}

function nonNullCheckOf(type: GraphQLInputType, known: Map<GraphQLInputType, Check>): Check {
  if (isListType(type)) {
    const item = checkOf(type.ofType, known);
    return (value) => Array.isArray(value) && value.every(item);
  }
  if (isEnumType(type)) return (value) => typeof value === 'string' && type.getValue(value) !== undefined;
  if (isInputObjectType(type)) {
    const already = known.get(type);
    if (already) return already;
    let fields: ReadonlyMap<string, Field> | undefined;
    const check: Check = (value) => {
      // Built when it is first asked: types may contain themselves.
      fields ??= new Map(
        Object.values(type.getFields()).map((field) => [
          field.name,
          {
            check: checkOf(field.type, known),
            isRequired: isNonNullType(field.type) && field.defaultValue === undefined,
          },
        ]),
      );
      return !type.isOneOf && hasFields(value, fields);
    };
    known.set(type, check);
    return check;
  }
  if (specifiedScalarTypes.includes(type as GraphQLScalarType)) {
    return SCALARS[(type as GraphQLScalarType).name] ?? (() => false);
  }
  // A scalar of the schema's own, as text has no code for it: graphql-js takes any value then.
  const takesAny = type instanceof GraphQLScalarType && type.parseValue === anyType.parseValue;
  return () => takesAny;
}

interface Field {
  readonly check: Check;
  readonly isRequired: boolean;
}

function hasFields(value: unknown, fields: ReadonlyMap<string, Field>): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const given = value as Readonly<Record<string, unknown>>;
  for (const name in given) if (!fields.has(name)) return false;
  for (const [name, { check, isRequired }] of fields) {
    const item = ownValue(given, name);
    if (item === undefined ? isRequired : !check(item)) return false;
  }
  return true;
}

/** A variable may be called `constructor`. */
function ownValue(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
