import type { Identity } from '@tributary/identity';
import type { Kysely } from 'kysely';
import type { Loaders } from './loaders/index.ts';
import type { OrderCommands } from './store/order-commands.ts';
import type { Tables } from './store/tables.ts';

/** What resolvers work with. `identity` and `loaders` are a request's own. */
export interface OrdersContext {
  readonly identity: Identity;
  readonly loaders: Loaders;
  readonly commands: OrderCommands;
  readonly db: Kysely<Tables>;
}
