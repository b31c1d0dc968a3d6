import { readFileSync } from 'node:fs';
import type { IdentityVerifier } from '@tributary/identity';
import {
  type Subgraph,
  type SubgraphDefinition,
  type SubgraphOptions,
  startSubgraph,
} from '@tributary/subgraph';
import type { Kysely } from 'kysely';
import type { LoyaltyContext } from './context.ts';
import { eventsRoute } from './events/events-route.ts';
import { createLoaders } from './loaders/index.ts';
import { resolvers } from './resolvers/index.ts';
import type { LoyaltyTables } from './store/tables.ts';

/** The subgraph's name: the audience of every assertion made for it, by the gateway and by orders. */
export const LOYALTY = 'loyalty';

export interface LoyaltyServerOptions
  extends Pick<SubgraphOptions<LoyaltyContext>, 'telemetry' | 'host' | 'port' | 'production' | 'budget'> {
  readonly db: Kysely<LoyaltyTables>;
  /** Trusts the gateway, for /graphql. */
  readonly gatewayVerifier: IdentityVerifier;
  /** Trusts the orders service, for /events. */
  readonly ordersVerifier: IdentityVerifier;
}

/** Loyalty's schema and resolvers on a database, without a network. */
export function defineLoyalty(db: Kysely<LoyaltyTables>): SubgraphDefinition<LoyaltyContext> {
  return {
    name: LOYALTY,
    typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
    resolvers,
    createContext: ({ identity }) => ({ identity, loaders: createLoaders(db), db }),
  };
}

/** Serves POST /graphql to the gateway and POST /events to the orders service. */
export function startLoyaltyServer(options: LoyaltyServerOptions): Promise<Subgraph> {
  const { db, gatewayVerifier, ordersVerifier, ...rest } = options;
  return startSubgraph({
    ...rest,
    ...defineLoyalty(db),
    verifier: gatewayVerifier,
    routes: eventsRoute({ db, verifier: ordersVerifier }),
  });
}
