import type { Kysely } from 'kysely';
import { currentAndLater, type KeyPolicy, planRotation, signingKeyAt } from '../domain/key-schedule.ts';
import type { PublicJwk, UsersSchema } from '../store/schema.ts';
import {
  deleteKeys,
  insertKey,
  raiseLongestToken,
  readKeys,
  type StoredKey,
  withKeysLocked,
} from '../store/signing-keys.ts';
import type { Seal } from './seal.ts';
import { generateSigningKey, openSigningKey } from './signing-key.ts';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

/**
 * The keys that sign access tokens. All replicas hold the same keys and change from one to the next at the same moment,
 * by the clock. While the database is away a ring goes on with the keys that it has.
 */
export interface KeyRing {
  /** The key that signs now. */
  current(): SigningKey;
  /** Every key that verifies a token of now or soon: the next one, the current one, and past ones until their tokens expire. */
  published(): readonly PublicJwk[];
  /** Reads the keys again, makes the next one when it is due and removes those that are done. Safe to call at any time. */
  rotate(): Promise<void>;
}

export interface KeyRingOptions {
  readonly db: Kysely<UsersSchema>;
  readonly seal: Seal;
  readonly policy: KeyPolicy;
  readonly now: () => Date;
}

/** A ring with at least one key. Throws when the stored keys were sealed under another secret. */
export async function openKeyRing({ db, seal, policy, now }: KeyRingOptions): Promise<KeyRing> {
  let keys: readonly StoredKey[] = [];
  let opened: ReadonlyMap<string, CryptoKey> = new Map();

  async function openAll(stored: readonly StoredKey[], at: Date): Promise<ReadonlyMap<string, CryptoKey>> {
    const signing = currentAndLater(stored, at).map(
      async (key) => [key.kid, opened.get(key.kid) ?? (await openSigningKey(key, seal))] as const,
    );
    return new Map(await Promise.all(signing));
  }

  async function rotate(): Promise<void> {
    const at = now();
    const next = await withKeysLocked(db, async (trx) => {
      await raiseLongestToken(trx, policy.tokenTtlS);
      const before = await readKeys(trx);
      // Before anything is written: a process with a wrong secret must not leave a key that the others cannot open.
      await openAll(before, at);
      const plan = planRotation(before, policy, at);
      if (plan.create !== undefined) {
        const key = await generateSigningKey(seal);
        await insertKey(trx, { ...key, ...plan.create, createdAt: at, longestTokenS: policy.tokenTtlS });
      }
      if (plan.remove.length > 0) await deleteKeys(trx, plan.remove);
      return readKeys(trx);
    });
    opened = await openAll(next, at);
    keys = next;
  }

  await rotate();

  return {
    rotate,
    published: () => keys.map((key) => key.publicJwk),
    current() {
      const kid = signingKeyAt(keys, now())?.kid;
      const privateKey = kid === undefined ? undefined : opened.get(kid);
      if (kid === undefined || privateKey === undefined)
        throw new Error('No signing key is valid at this time');
      return { kid, privateKey };
    },
  };
}
