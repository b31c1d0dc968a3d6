import type { Freshness } from './freshness.ts';

/** What is kept of an answer: an entity, or the `data` of an answer to root fields. Times are on the clock of `now`. */
export interface CacheEntry {
  /** JSON as byte text. */
  readonly text: string;
  readonly isPrivate: boolean;
  /** When the subgraph made it. */
  readonly givenMs: number;
  readonly freshUntilMs: number;
  readonly revalidateUntilMs: number;
  readonly ifErrorUntilMs: number;
  readonly tags: readonly string[];
}

/** Milliseconds since 1970, but never backwards or in jumps: a clock that is set must not change what is fresh. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export function createEntry(
  text: string,
  tags: readonly string[],
  freshness: Freshness,
  nowMs: number,
): CacheEntry {
  const freshUntilMs = nowMs + freshness.freshMs;
  return {
    text,
    isPrivate: freshness.isPrivate,
    givenMs: nowMs - freshness.ageMs,
    freshUntilMs,
    revalidateUntilMs: freshUntilMs + freshness.staleWhileRevalidateMs,
    ifErrorUntilMs: freshUntilMs + freshness.staleIfErrorMs,
    tags,
  };
}

/** When nobody has a use for it any more. */
export function endOf({ freshUntilMs, revalidateUntilMs, ifErrorUntilMs }: CacheEntry): number {
  return Math.max(freshUntilMs, revalidateUntilMs, ifErrorUntilMs);
}
