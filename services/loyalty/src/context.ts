import type { Identity } from '@tributary/identity';
import type { Kysely } from 'kysely';
import type { LoyaltyLoaders } from './loaders/index.ts';
import type { LoyaltyTables } from './store/tables.ts';

/** What resolvers work with; `identity` and `loaders` are the request's own. */
export interface LoyaltyContext {
  readonly identity: Identity;
  readonly loaders: LoyaltyLoaders;
  readonly db: Kysely<LoyaltyTables>;
}
