import { readFileSync } from 'node:fs';
import type { SubgraphDefinition } from '@tributary/subgraph';
import type { Kysely } from 'kysely';
import type { OrdersContext } from './context.ts';
import { createLoaders } from './loaders/index.ts';
import { resolvers } from './resolvers/index.ts';
import type { OrderCommands } from './store/order-commands.ts';
import type { Tables } from './store/tables.ts';

const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

/** The subgraph without a network: what the server serves and what tests execute. */
export function defineOrdersSubgraph(
  db: Kysely<Tables>,
  commands: OrderCommands,
): SubgraphDefinition<OrdersContext> {
  return {
    name: 'orders',
    typeDefs,
    resolvers,
    createContext: ({ identity }) => ({ identity, db, commands, loaders: createLoaders(db) }),
  };
}
