import type { Identity } from '@tributary/identity';
import type { Kysely } from 'kysely';
import type { UserLoader } from './loaders/user-loader.ts';
import type { PasswordHasher } from './passwords/password-hasher.ts';
import type { UsersSchema } from './store/schema.ts';
import type { TokenIssuer } from './tokens/token-issuer.ts';

/** What resolvers work with. Only `identity` and `userById` are a request's own. */
export interface UsersContext {
  readonly identity: Identity;
  readonly userById: UserLoader;
  readonly db: Kysely<UsersSchema>;
  readonly passwords: PasswordHasher;
  readonly tokens: TokenIssuer;
  /** On one address within fifteen minutes; a success starts anew. */
  readonly maxSignInAttempts: number;
}
