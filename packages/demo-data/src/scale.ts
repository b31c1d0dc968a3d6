/** How much demo data there is: both numbers are met exactly. */
export interface Scale {
  readonly users: number;
  readonly orders: number;
}

/** What `npm start` seeds. */
export const DEMO_SCALE: Scale = { users: 1000, orders: 20_000 };

/** For benchmarks. Its first 1,000 users and their orders are those of DEMO_SCALE, as both have 20 orders a user. */
export const LARGE_SCALE: Scale = { users: 100_000, orders: 2_000_000 };

/** By the names that SEED_DEMO_DATA takes. */
export const SCALES = { demo: DEMO_SCALE, large: LARGE_SCALE } as const;
export type ScaleName = keyof typeof SCALES;
