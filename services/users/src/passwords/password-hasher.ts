import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { TributaryError } from '@tributary/errors';
import { createLimiter } from './limiter.ts';
import { parsePhc, type ScryptCost, toPhc } from './phc.ts';

/** Turns a password into key bytes; the one expensive step. */
export type Derive = (password: string, salt: Buffer, cost: ScryptCost, bytes: number) => Promise<Buffer>;

export interface PasswordHasher {
  /** A PHC string with a fresh salt. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password belongs to the stored hash. Without a stored hash it does the same work against a decoy and says no,
   * so that neither the answer nor its time tells whether an address has an account.
   */
  verify(password: string, stored: string | undefined): Promise<boolean>;
  /** Whether a stored hash has another cost than new ones get, and should be replaced while the password is at hand. */
  needsRehash(stored: string): boolean;
}

// One of the equivalent settings of OWASP's Password Storage Cheat Sheet: 32 MiB and about a fifth of a second each.
export const DEFAULT_COST: ScryptCost = { ln: 15, r: 8, p: 3 };

const SALT_BYTES = 16;
const KEY_BYTES = 32;

// scrypt runs on libuv's four threads, which DNS and files need too. The queue is what two threads can work off within the
// gateway's ten seconds; whoever comes later is better told at once.
const CONCURRENCY = 2;
const MAX_WAITING = 50;

export function createPasswordHasher(
  options: { readonly cost?: ScryptCost; readonly derive?: Derive } = {},
): PasswordHasher {
  const { cost = DEFAULT_COST, derive = deriveScrypt } = options;
  const decoy = toPhc({ cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) });
  const limiter = createLimiter({
    concurrency: CONCURRENCY,
    maxWaiting: MAX_WAITING,
    refuse: () =>
      new TributaryError('SERVICE_UNAVAILABLE', 'Too many sign-ins at this moment; try again shortly.'),
  });

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const key = await limiter.run(() => derive(password, salt, cost, KEY_BYTES));
      return toPhc({ cost, salt, key });
    },
    async verify(password, stored) {
      const expected = parsePhc(stored ?? decoy);
      const key = await limiter.run(() =>
        derive(password, expected.salt, expected.cost, expected.key.length),
      );
      return timingSafeEqual(key, expected.key) && stored !== undefined;
    },
    needsRehash(stored) {
      const { cost: old } = parsePhc(stored);
      return old.ln !== cost.ln || old.r !== cost.r || old.p !== cost.p;
    },
  };
}

function deriveScrypt(password: string, salt: Buffer, cost: ScryptCost, bytes: number): Promise<Buffer> {
  const N = 2 ** cost.ln;
  // OpenSSL counts its working memory against maxmem: N + p blocks and a little more.
  const maxmem = 128 * cost.r * (N + cost.p) + 1024 * 1024;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, { N, r: cost.r, p: cost.p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
