import { createHmac } from 'node:crypto';

export type Arm = 'live' | 'canary';

/** How requests part between what is live and a canary. Immutable. */
export interface Split {
  /** The canary's number in the registry's environment. */
  readonly release: number;
  /** Percent of callers that get the canary. */
  readonly share: number;
  /** The same caller has the same arm on every gateway, and keeps the canary while the share grows. */
  armOf(caller: string): Arm;
}

export interface SplitOptions {
  readonly release: number;
  readonly digest: string;
  readonly share: number;
  /** An environment's secret: without it nobody can tell, or choose by a name, in which arm somebody is. */
  readonly salt: string;
}

/** Each canary draws anew: it is not always the same people who meet what is new first. */
export function createSplit({ release, digest, share, salt }: SplitOptions): Split {
  return {
    release,
    share,
    armOf: (caller) => (positionOf(salt, `${digest}\n${caller}`) < share ? 'canary' : 'live'),
  };
}

// Private:

const BYTES = 6;

/** From 0 to 100, evenly: of 10,000 callers a share of 10 has 1,000, give or take 60 (two standard deviations). */
function positionOf(salt: string, text: string): number {
  const digest = createHmac('sha256', salt).update(text).digest();
  return (digest.readUIntBE(0, BYTES) / 2 ** (BYTES * 8)) * 100;
}
