import { TributaryError } from '@tributary/errors';
import { parsePage, toConnection } from '@tributary/pagination';
import { isSupport, requireUser } from '@tributary/subgraph';
import type { UsersContext } from '../context.ts';
import { listUsers } from '../store/users.ts';
import { parseUserCursor, toUserCursor } from './user-cursor.ts';
import { readUser } from './user.ts';

export const queryResolvers = {
  me: (_parent: unknown, _args: unknown, context: UsersContext) =>
    context.identity.subject === null ? null : readUser(context.identity.subject, context),

  user: (_parent: unknown, { id }: { readonly id: string }, context: UsersContext) => readUser(id, context),

  // Refused rather than empty: the list itself is no secret, and support must see a missing role at once.
  async users(_parent: unknown, args: { readonly first: number; readonly after?: string | null }, context: UsersContext) {
    requireUser(context.identity);
    if (!isSupport(context.identity)) {
      throw new TributaryError('FORBIDDEN', 'Only role support may list users.');
    }
    return null;
  },
};
