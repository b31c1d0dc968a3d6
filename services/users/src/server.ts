import { readFileSync } from 'node:fs';
import type { IdentityVerifier } from '@tributary/identity';
import { type Subgraph, type SubgraphDefinition, startSubgraph, type TimeBudget } from '@tributary/subgraph';
import type { Telemetry } from '@tributary/telemetry';
import type { UsersContext } from './context.ts';
import { createUserLoader } from './loaders/user-loader.ts';
import { resolvers } from './resolvers/index.ts';
import type { KeyRing } from './tokens/key-ring.ts';

export type UsersServices = Pick<UsersContext, 'db' | 'passwords' | 'tokens' | 'maxSignInAttempts'>;

export interface UsersServerOptions extends UsersServices {
  readonly keys: Pick<KeyRing, 'published'>;
  /** How long a verifier may keep its copy of the JWKS. */
  readonly jwksMaxAgeS: number;
  readonly verifier: IdentityVerifier;
  readonly telemetry: Pick<Telemetry, 'logger' | 'registry'>;
  readonly host: string;
  readonly port: number;
  readonly production: boolean;
  readonly budget?: TimeBudget;
}

/** The users subgraph without a network. */
export function createUsersSubgraph(services: UsersServices): SubgraphDefinition<UsersContext> {
  return {
    name: 'users',
    typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
    resolvers,
    createContext: ({ identity }) => ({ ...services, identity, userById: createUserLoader(services.db) }),
  };
}

/** Serves /graphql to the gateway, and the public keys of access tokens to everybody at /.well-known/jwks.json. */
export function startUsersServer(options: UsersServerOptions): Promise<Subgraph> {
  const { db, passwords, tokens, maxSignInAttempts, keys, jwksMaxAgeS, ...server } = options;
  return startSubgraph({
    ...createUsersSubgraph({ db, passwords, tokens, maxSignInAttempts }),
    ...server,
    routes: (app) => {
      app.get('/.well-known/jwks.json', (_request, reply) => {
        void reply.header('cache-control', `public, max-age=${jwksMaxAgeS}`);
        return { keys: keys.published() };
      });
    },
  });
}
