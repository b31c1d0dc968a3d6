import { mayRead } from '@tributary/subgraph';
import type { UsersContext } from '../context.ts';
import { parseUserId, type User } from '../domain/user.ts';

/** The fields are those of the domain's User; only the way in is guarded. */
export const userResolvers = {
  __resolveReference: (reference: { readonly id: string }, context: UsersContext) =>
    readUser(reference.id, context),
};

/** The user if the caller may see them. Another's id answers as one that does not exist, without asking the database. */
export async function readUser(givenId: string, context: UsersContext): Promise<User | null> {
  const id = parseUserId(givenId);
  if (id === undefined || !mayRead(context.identity, id)) return null;
  return context.userById.load(id);
}
