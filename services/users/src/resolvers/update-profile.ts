import { TributaryError } from '@tributary/errors';
import { requireUser } from '@tributary/subgraph';
import type { UsersContext } from '../context.ts';
import { parseDisplayName } from '../domain/display-name.ts';
import { parseUserId, type User } from '../domain/user.ts';
import { updateDisplayName } from '../store/users.ts';

export type UpdateProfileResult =
  | { readonly __typename: 'UpdateProfileSuccess'; readonly user: User }
  | { readonly __typename: 'InvalidProfile'; readonly field: 'displayName'; readonly message: string };

export async function updateProfile(
  _parent: unknown,
  { input }: { readonly input: { readonly displayName: string } },
  { db, identity, userById }: UsersContext,
): Promise<UpdateProfileResult> {
  const id = parseUserId(requireUser(identity));
  const name = parseDisplayName(input.displayName);
  if (!name.valid) return { __typename: 'InvalidProfile', field: 'displayName', message: name.message };

  const user = id && (await updateDisplayName(db, id, name.displayName));
  // A token outlives its account by minutes at most; it then acts for nobody.
  if (!user) throw new TributaryError('UNAUTHENTICATED', 'This account does not exist any more.');
  // A later field of the same operation must not answer from before the change.
  userById.clear(user.id);
  return { __typename: 'UpdateProfileSuccess', user };
}
