import type { UsageReport } from './usage.ts';

export interface Judged {
  readonly kind: 'safe' | 'unsafe' | 'inconclusive';
  readonly why: string;
  readonly samples: number;
  readonly uses: number;
  readonly upperBound?: number;
  readonly usedBy: readonly string[];
}

export interface Evidence {
  /** Coordinates whose use means harm. */
  readonly hurts: readonly string[];
  readonly usage: UsageReport;
  /** Apps with operations in an unretired manifest that use one of them. */
  readonly apps: readonly string[];
  /** A change passes when at most this share of requests could use what it takes away. */
  readonly tolerableShare: number;
}

/** One request in a thousand. */
export const TOLERABLE_SHARE = 0.001;

/**
 * Whether a breaking change hurts a client that there is. A registered app is a reason by itself: it may be asleep. Where
 * nothing used it in n samples, with 95 % confidence less than 3/n of all requests do (the rule of three:
 * 0.05 >= (1 - p)^n solved for p), and that is safe once it is at most the tolerable share; with fewer samples, nobody knows.
 */
export function judge({ hurts, usage, apps, tolerableShare }: Evidence): Judged {
  const { samples } = usage;
  const found = hurts.flatMap((coordinate) => usage.uses.get(coordinate) ?? []);
  // A request may use several of them: the most used one counts, not their sum.
  const uses = Math.max(0, ...found.map(({ count }) => count));
  const usedBy = [...new Set([...apps, ...found.flatMap(({ clients }) => clients)])];
  if (uses > 0 || apps.length > 0) {
    return { kind: 'unsafe', why: whyUnsafe(uses, samples, apps, usedBy), samples, uses, usedBy };
  }
  const needed = Math.ceil(3 / tolerableShare);
  if (samples === 0) {
    const why = `nothing is known of what clients send; ${needed} samples without a use would show it to be safe`;
    return { kind: 'inconclusive', why, samples, uses, usedBy };
  }
  const upperBound = Math.min(1, 3 / samples);
  const known = `0 uses in ${samples} samples: with 95 % confidence less than ${percent(upperBound)} of requests use it`;
  if (samples < needed) {
    const why = `${known}; too few to tell, ${needed} samples would do`;
    return { kind: 'inconclusive', why, samples, uses, upperBound, usedBy };
  }
  return { kind: 'safe', why: known, samples, uses, upperBound, usedBy };
}

// Private:

function whyUnsafe(
  uses: number,
  samples: number,
  apps: readonly string[],
  usedBy: readonly string[],
): string {
  const reasons: string[] = [];
  if (uses > 0) reasons.push(`${uses} uses in ${samples} samples (${percent(uses / samples)} of requests)`);
  if (apps.length > 0) reasons.push('operations of registered apps use it, which counts without any traffic');
  return `${reasons.join('; ')}: ${some(usedBy)}`;
}

const MOST_NAMED = 5;

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 1 ? value.toFixed(1) : value.toPrecision(2)} %`;
}
