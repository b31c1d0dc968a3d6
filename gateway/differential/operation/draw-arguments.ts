import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
} from 'graphql';
import type { Random } from '../random.ts';

export interface DrawnVariable {
  readonly definition: string;
  readonly name: string;
  /** undefined: the client leaves it out. */
  readonly value: unknown;
}

/** `(first: 3, unit: $v0)`, or nothing. New variables are added to `variables`. */
export function drawArguments(
  args: readonly GraphQLArgument[],
  random: Random,
  variables: DrawnVariable[],
): string {
  const drawn = args.flatMap((argument) => {
    if (!isRequiredArgument(argument) && random.chance(0.4)) return [];
    const value = random.chance(0.4)
      ? `$${drawVariable(argument, random, variables)}`
      : literal(drawValue(argument.type, random, 0), argument.type);
    return [`${argument.name}: ${value}`];
  });
  return drawn.length > 0 ? `(${drawn.join(', ')})` : '';
}

/** `@skip(if: $v1) `, now and then. */
export function drawCondition(random: Random, variables: DrawnVariable[]): string {
  if (!random.chance(0.09)) return '';
  const name = random.pick(['skip', 'include']);
  // Mostly so that the field stays.
  const value = random.chance(0.7) === (name === 'include');
  if (random.chance(0.3)) return ` @${name}(if: ${value})`;
  const known = variables.filter(({ definition }) => definition.includes(': Boolean!'));
  if (known.length > 0 && random.chance(0.5)) return ` @${name}(if: $${random.pick(known).name})`;
  const variable = `v${variables.length}`;
  const isDefault = random.chance(0.3);
  variables.push({
    name: variable,
    definition: `$${variable}: Boolean!${isDefault ? ` = ${value}` : ''}`,
    value: isDefault && random.chance(0.6) ? undefined : value,
  });
  return ` @${name}(if: $${variable})`;
}

function drawVariable(argument: GraphQLArgument, random: Random, variables: DrawnVariable[]): string {
  const name = `v${variables.length}`;
  const { type } = argument;
  const hasDefault = random.chance(0.25);
  const definition = `$${name}: ${type}${hasDefault ? ` = ${literal(drawValue(type, random, 0), type)}` : ''}`;
  const isOptional = !isNonNullType(type) || hasDefault;
  const value = isOptional && random.chance(0.3) ? undefined : drawValue(type, random, 0);
  variables.push({ name, definition, value });
  return name;
}

function drawValue(type: GraphQLInputType, random: Random, depth: number): unknown {
  if (isNonNullType(type))
    return drawValue(type.ofType, random, depth) ?? drawPresent(type.ofType, random, depth);
  return random.chance(0.1) ? null : drawPresent(type, random, depth);
}

function drawPresent(type: GraphQLInputType, random: Random, depth: number): unknown {
  if (isNonNullType(type)) return drawPresent(type.ofType, random, depth);
  if (isListType(type))
    return Array.from({ length: random.below(3) }, () => drawValue(type.ofType, random, depth));
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(() => random.chance(depth > 1 ? 0.2 : 0.6));
    return Object.fromEntries(fields.map((field) => [field.name, drawValue(field.type, random, depth + 1)]));
  }
  switch (type.name) {
    case 'Int':
      return random.below(5);
    case 'Float':
      return random.below(9) / 4;
    case 'Boolean':
      return random.chance(0.5);
    case 'Json':
      return random.pick<unknown>([{ a: [1, { b: null }] }, 'text', 7, [], true]);
    default:
      return random.pick(['x', 'ünï "q" \\ \n', '', '🏞️']);
  }
}

/** GraphQL's spelling of a value. */
function literal(value: unknown, type: GraphQLType | undefined): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (Array.isArray(value))
    return `[${value.map((item) => literal(item, isListType(type) ? type.ofType : undefined)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = isInputObjectType(type) ? type.getFields() : {};
    const entries = Object.entries(value).map(
      ([key, inner]) => `${key}: ${literal(inner, fields[key]?.type)}`,
    );
    return `{ ${entries.join(', ')} }`;
  }
  return isEnumType(type) ? String(value) : JSON.stringify(value ?? null);
}
