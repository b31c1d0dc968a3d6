import { mayRead } from '@tributary/subgraph';
import type { LoyaltyContext } from '../context.ts';
import { parseUuid } from '../domain/uuid.ts';

/** A user, or that user's account: both have the user's id. Everything else is read when it is asked for. */
export interface AccountReference {
  readonly id: string;
}

/** Every way into an account goes through here: somebody else's is null, as one that does not exist. */
export function resolveAccountReference(
  reference: AccountReference,
  { identity }: LoyaltyContext,
): AccountReference | null {
  const id = parseUuid(reference.id);
  return id !== null && mayRead(identity, id) ? { id } : null;
}
