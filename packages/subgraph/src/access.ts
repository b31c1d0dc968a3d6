import { TributaryError } from '@tributary/errors';
import type { Identity } from '@tributary/identity';

/** The signed-in user's id. Throws `UNAUTHENTICATED` for a signed-out caller. */
export function requireUser(identity: Identity): string {
  if (identity.subject === null) throw new TributaryError('UNAUTHENTICATED', 'Sign in to do this');
  return identity.subject;
}

export function isSupport(identity: Identity): boolean {
  return identity.roles.includes('support');
}

/**
 * Whether the caller may read what belongs to `ownerId`: their own, or anyone's for support staff. Where the answer
 * is no, resolve to null as if it did not exist; an error would tell a stranger that it does.
 */
export function mayRead(identity: Identity, ownerId: string): boolean {
  return identity.subject === ownerId || isSupport(identity);
}
