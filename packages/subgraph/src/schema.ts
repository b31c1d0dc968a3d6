import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import {
  type DocumentNode,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';

export type SubgraphResolvers<Context> = GraphQLResolverMap<Context>;

/**
 * The executable schema of a subgraph. Throws on invalid SDL and on a resolver that the schema has no place for:
 * @apollo/subgraph would drop it silently, and a misspelled field then answers null in production.
 */
export function buildSchema<Context>(
  typeDefs: DocumentNode | string,
  resolvers: SubgraphResolvers<Context>,
): GraphQLSchema {
  const document = typeof typeDefs === 'string' ? parse(typeDefs) : typeDefs;
  const schema = buildSubgraphSchema([{ typeDefs: document, resolvers: isolateReferences(resolvers) }]);
  const strays = Object.entries(resolvers).flatMap(([typeName, entries]) =>
    strayEntries(schema, typeName, Object.keys(entries)),
  );
  if (strays.length > 0)
    throw new Error(`The schema has no ${strays.join(', ')}, but there are resolvers for it`);
  return schema;
}

function strayEntries(schema: GraphQLSchema, typeName: string, entries: readonly string[]): string[] {
  const type = schema.getType(typeName);
  if (type === undefined) return [typeName];
  const isKnown = (entry: string) => {
    if (entry.startsWith('__')) return true;
    if (isObjectType(type)) return entry in type.getFields();
    if (isInterfaceType(type)) return false;
    if (isEnumType(type)) return type.getValue(entry) !== undefined;
    return true;
  };
  return entries.filter((entry) => !isKnown(entry)).map((entry) => `${typeName}.${entry}`);
}

type ReferenceResolver = (...args: readonly unknown[]) => unknown;

/**
 * @apollo/subgraph resolves all representations of a request in one synchronous loop: a reference resolver that
 * throws, rather than rejects, would take every other entity of the request with it.
 */
function isolateReferences<Context>(resolvers: SubgraphResolvers<Context>): SubgraphResolvers<Context> {
  const isolated = Object.entries(resolvers).map(([typeName, entries]) => {
    if (!('__resolveReference' in entries)) return [typeName, entries] as const;
    // By Apollo's convention an entry of this name is a function; its type does not say so.
    const resolveReference = entries.__resolveReference as ReferenceResolver;
    const settle = async (...args: readonly unknown[]) => resolveReference(...args);
    return [typeName, { ...entries, __resolveReference: settle }] as const;
  });
  return Object.fromEntries(isolated);
}
