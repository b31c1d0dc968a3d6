import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  buildSchema,
  type DefinitionNode,
  type GraphQLNamedType,
  GraphQLSchema,
  type GraphQLSchemaConfig,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  specifiedDirectives,
} from 'graphql';
import { extendSchemaImpl } from 'graphql/utilities/extendSchema.js';

/** The planner's thread has validated what is read here: checking again would only hold up the event loop. */
const ASSUMED = { assumeValid: true, assumeValidSDL: true } as const;

/** What a supergraph may take of a turn of the event loop while requests are answered from the one before it. */
const TURN_MS = 2;
/** Characters. A process that has parsed little yet needs a millisecond for each thousand. */
const PART_LENGTH = 4_096;

/** For the planner's thread: the text cut between definitions, to be read a part at a time. */
export function toParts(apiSchemaSdl: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { loc } of parse(apiSchemaSdl).definitions) {
    if (loc === undefined || loc.end - start < PART_LENGTH) continue;
    parts.push(apiSchemaSdl.slice(start, loc.end));
    start = loc.end;
  }
  const rest = apiSchemaSdl.slice(start);
  return rest.trim() === '' ? parts : [...parts, rest];
}

/** All at once: for tools and tests. */
export function readApiSchema(parts: readonly string[]): GraphQLSchema {
  return buildSchema(parts.join(''), { ...ASSUMED, noLocation: true });
}

/**
 * The same, in many short turns of the event loop: of 20,000 fields it would stand still for a tenth of a second, and most of that is
 * graphql-js finding out the fields of each type. Types do so when they are asked first, so each is asked in its turn, before the schema asks
 * all of them. Only a function that graphql-js calls internal gives types without asking them; it has stood there through all of version 16.
 */
export async function readApiSchemaUnhurried(parts: readonly string[]): Promise<GraphQLSchema> {
  const definitions: DefinitionNode[] = [];
  await unhurried(parts, (part) => definitions.push(...parse(part, { noLocation: true }).definitions));

  const config = extendSchemaImpl(NOTHING, { kind: Kind.DOCUMENT, definitions }, ASSUMED);
  await unhurried(config.types, askForOthers);
  await nextTurn();
  const declared = new Set(config.directives.map(({ name }) => name));
  const directives = [...config.directives, ...specifiedDirectives.filter(({ name }) => !declared.has(name))];
  const roots = config.astNode ? {} : rootsByName(config.types);
  const schema = new GraphQLSchema({ ...config, ...roots, directives });
  // What is made of it next has a turn of its own.
  await nextTurn();
  return schema;
}

// Private:

const NOTHING = {
  description: undefined,
  types: [],
  directives: [],
  extensions: Object.create(null),
  extensionASTNodes: [],
  assumeValid: true,
};

/** Asks a type which others it names, which it then remembers. */
function askForOthers(type: GraphQLNamedType): void {
  if (isObjectType(type) || isInterfaceType(type)) {
    type.getFields();
    type.getInterfaces();
  } else if (isInputObjectType(type)) {
    type.getFields();
  } else if (isUnionType(type)) {
    type.getTypes();
  }
}

/** Where no schema definition names them. */
function rootsByName(
  types: readonly GraphQLNamedType[],
): Pick<GraphQLSchemaConfig, 'query' | 'mutation' | 'subscription'> {
  const objects = new Map(types.filter(isObjectType).map((type) => [type.name, type]));
  return {
    query: objects.get('Query'),
    mutation: objects.get('Mutation'),
    subscription: objects.get('Subscription'),
  };
}

async function unhurried<Item>(items: readonly Item[], work: (item: Item) => void): Promise<void> {
  let turnedMs = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - turnedMs < TURN_MS) continue;
    await nextTurn();
    turnedMs = performance.now();
  }
}
