import { type Replica, removeAttestation, saveAttestation } from '../store/attestations.ts';
import { requireEnvironment } from '../store/environments.ts';
import { type AdvanceParts, advance } from './advance.ts';

/**
 * A replica says which SDL it serves, again and again while it runs. A release that waited for it goes on at once.
 * @throws NOT_REGISTERED for an environment that is not there; a subgraph may attest before it is published.
 */
export async function attest(parts: AdvanceParts, replica: Replica, digest: string): Promise<void> {
  await requireEnvironment(parts.db, replica.environment);
  const isNew = await saveAttestation(parts.db, replica, digest, parts.policy.replicaLeaseSeconds);
  if (isNew) await advance(parts, replica.environment);
}

/** A replica stops in order: nothing waits for it any more. */
export async function withdraw(parts: AdvanceParts, replica: Replica): Promise<void> {
  await requireEnvironment(parts.db, replica.environment);
  if (await removeAttestation(parts.db, replica)) await advance(parts, replica.environment);
}
