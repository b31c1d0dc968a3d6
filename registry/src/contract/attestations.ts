import { z } from 'zod';
import { digest, subgraphName } from './names.ts';

const replica = z
  .string()
  .regex(/^[\w.:-]{1,200}$/, 'a replica is named by letters, digits, ., :, - and _, 200 at most');

/** POST /v1/environments/:environment/attestations, every third of a lease. */
export const attestationBody = z.strictObject({
  subgraph: subgraphName,
  /** Of one process, another after each start. */
  replica,
  /** Of the SDL that it serves: SHA-256 of it, printed by graphql-js without comments. */
  digest,
});
export type AttestationBody = z.input<typeof attestationBody>;

/** DELETE of the same: the replica stops. */
export const withdrawalBody = z.strictObject({ subgraph: subgraphName, replica, digest: digest.optional() });
export type WithdrawalBody = z.input<typeof withdrawalBody>;

export interface AttestationAnswer {
  /** After so long without another one the replica counts no more. */
  readonly leaseSeconds: number;
}
