import { TributaryError } from '@tributary/errors';
import type { Identity } from '@tributary/identity';
import { requireUser } from '@tributary/subgraph';
import { parseUuid } from '../domain/uuid.ts';

/** The signed-in user's id, as the database holds it. A subject that is no UUID was not signed in by our users. */
export function requireCustomer(identity: Identity): string {
  const id = parseUuid(requireUser(identity));
  if (id === null)
    throw new TributaryError('UNAUTHENTICATED', 'Sign in with an account of this shop to do this');
  return id;
}
