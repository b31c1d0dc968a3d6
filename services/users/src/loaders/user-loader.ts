import { type BatchLoader, createBatchLoader } from '@tributary/subgraph';
import type { Kysely } from 'kysely';
import type { User } from '../domain/user.ts';
import type { UsersSchema } from '../store/schema.ts';
import { findUsers } from '../store/users.ts';

/** Users by well-formed id, for one request; null for an id that no user has. Access is decided before: see resolvers/user.ts. */
export type UserLoader = BatchLoader<string, User>;

export function createUserLoader(db: Kysely<UsersSchema>): UserLoader {
  return createBatchLoader('user', async (ids: readonly string[]) => {
    const users = await findUsers(db, ids);
    return new Map(users.map((user) => [user.id, user]));
  });
}
