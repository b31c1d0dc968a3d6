export type LoyaltyTier = 'BRONZE' | 'SILVER' | 'GOLD' | 'PLATINUM';

export interface NextTier {
  readonly tier: LoyaltyTier;
  readonly pointsNeeded: number;
}

interface Step {
  readonly tier: LoyaltyTier;
  /** The points earned over a lifetime, less those of cancelled orders, from which the tier is held. */
  readonly from: number;
}

const BOTTOM: LoyaltyTier = 'BRONZE';

/** The steps above the bottom, lowest first. schema.graphql tells clients the same numbers: a test compares them. */
export const TIER_STEPS: readonly Step[] = [
  { tier: 'SILVER', from: 1_000 },
  { tier: 'GOLD', from: 5_000 },
  { tier: 'PLATINUM', from: 20_000 },
];

/** The highest tier that the earned points reach. */
export function tierOf(earned: number): LoyaltyTier {
  return TIER_STEPS.findLast((step) => earned >= step.from)?.tier ?? BOTTOM;
}

/** The tier above and the points still missing (at least 1); null at the top. */
export function nextTierOf(earned: number): NextTier | null {
  const next = TIER_STEPS.find((step) => earned < step.from);
  return next === undefined ? null : { tier: next.tier, pointsNeeded: next.from - earned };
}
