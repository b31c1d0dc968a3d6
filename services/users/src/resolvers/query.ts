import { TributaryError } from '@tributary/errors';
import { type Connection, type PageArguments, parsePage, toConnection } from '@tributary/pagination';
import { isSupport, requireUser } from '@tributary/subgraph';
import type { UsersContext } from '../context.ts';
import type { User } from '../domain/user.ts';
import { listUsers } from '../store/users.ts';
import { readUser } from './user.ts';

const MAX_PAGE = 100;

export const queryResolvers = {
  me: (_parent: unknown, _args: unknown, context: UsersContext) => {
    const { subject } = context.identity;
    return subject === null ? null : readUser(subject, context);
  },

  user: (_parent: unknown, { id }: { readonly id: string }, context: UsersContext) => readUser(id, context),

  async users(
    _parent: unknown,
    args: PageArguments,
    { db, identity }: UsersContext,
  ): Promise<Connection<User>> {
    requireUser(identity);
    // Refused rather than empty: that there are users is no secret, and a missing role must not look like no users.
    if (!isSupport(identity)) throw new TributaryError('FORBIDDEN', 'Only role support may list users.');

    const page = parsePage(args, { max: MAX_PAGE, cursor: ['date', 'uuid'] });
    const rows = await listUsers(db, { limit: page.limit + 1, after: page.after && toPosition(page.after) });
    return toConnection(rows, page, (user) => [user.createdAt, user.id]);
  },
};

function toPosition([createdAt, id]: readonly [Date, string]): { createdAt: Date; id: string } {
  return { createdAt, id };
}
