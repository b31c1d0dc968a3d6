/** When a signing key is published and when it signs. */
export interface KeyTimes {
  readonly kid: string;
  readonly createdAt: Date;
  readonly signsFrom: Date;
  /** The longest life of a token that this key may sign. */
  readonly longestTokenS: number;
}

export interface KeyPolicy {
  /** How long one key signs. */
  readonly rotationS: number;
  /**
   * How long a key is published before it signs, and kept beyond its last token. It must cover the time until every replica
   * has read the key and every verifier's copy of the JWKS is renewed: half of it is the JWKS's max-age, a quarter the
   * replicas' refresh.
   */
  readonly leadS: number;
  readonly tokenTtlS: number;
}

/** A life of `rotationS` for each key, with a lead of ten minutes unless keys change faster than that allows. */
export function toKeyPolicy(rotationS: number, tokenTtlS: number): KeyPolicy {
  return { rotationS, tokenTtlS, leadS: Math.min(600, rotationS / 4) };
}

/** How long a verifier may keep its copy of the JWKS: it then has a new key well before that signs. */
export function toJwksMaxAgeS({ leadS }: KeyPolicy): number {
  return Math.floor(leadS / 2);
}

/** How often a replica reads the keys again; at most a minute, so that an unplanned change gets around quickly. */
export function toRefreshMs({ leadS }: KeyPolicy): number {
  return Math.min(60, leadS / 4) * 1_000;
}

/** The key that signs at a moment: the last whose time has come. All replicas agree on it without talking to each other. */
export function signingKeyAt<K extends KeyTimes>(keys: readonly K[], now: Date): K | undefined {
  return currentAndLater(keys, now)[0];
}

/** The key that signs at a moment and those that will after it; keys that only verify are left out. */
export function currentAndLater<K extends KeyTimes>(keys: readonly K[], now: Date): readonly K[] {
  const ordered = bySignsFrom(keys);
  const current = ordered.findLastIndex((key) => key.signsFrom <= now);
  // A replica whose clock is a little behind may meet a very first key from the future: better that one than none.
  return ordered.slice(Math.max(current, 0));
}

export interface RotationPlan {
  /** The moment from which a new key should sign; absent when none is due. */
  readonly create?: { readonly signsFrom: Date };
  /** Keys of which every token has expired. */
  readonly remove: readonly string[];
}

/**
 * What a rotation has to do now. Planning again after doing it gives nothing to do, which is what makes it safe for
 * replicas that rotate one after another under a lock.
 */
export function planRotation(keys: readonly KeyTimes[], policy: KeyPolicy, now: Date): RotationPlan {
  const ordered = bySignsFrom(keys);
  const newest = ordered.at(-1);
  // Nobody can hold a copy of a JWKS without keys that is worth waiting for: the very first key signs at once.
  if (newest === undefined) return { create: { signsFrom: now }, remove: [] };

  const remove = ordered
    .filter((key, index) => {
      const successor = ordered[index + 1];
      return (
        successor !== undefined && addSeconds(successor.signsFrom, key.longestTokenS + policy.leadS) <= now
      );
    })
    .map((key) => key.kid);

  const due = addSeconds(newest.signsFrom, policy.rotationS - policy.leadS);
  if (due > now) return { remove };
  // After a long sleep the newest key is long overdue; its successor still waits for the lead.
  return { create: { signsFrom: addSeconds(now, policy.leadS) }, remove };
}

function bySignsFrom<K extends KeyTimes>(keys: readonly K[]): K[] {
  return keys.toSorted((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime());
}

function addSeconds(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1_000);
}
