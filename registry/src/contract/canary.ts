/** How a canary is doing, as the registry last saw it. */
export interface CanaryStatus {
  /** Percent of the traffic. */
  readonly share: number;
  /** Where it goes next; 100 is all. */
  readonly nextShare: number;
  /** What keeps it where it is. `undecided`: it has been kept for too long, and somebody has to say. */
  readonly hold: HoldReason | null;
  readonly undecided: boolean;
  /** At this share. */
  readonly seconds: number;
  readonly live: ArmTally;
  readonly canary: ArmTally;
  /** From 0 to 1: how near the nearest test is to finding harm. */
  readonly suspicion: number;
  /** From 0 to 1: how near this share is to showing that there is none. */
  readonly confidence: number;
}

export type HoldReason = 'not-long-enough' | 'suspicion' | 'too-little-data' | 'nothing-reported';

/** Requests, and those of them that failed. */
export interface ArmTally {
  readonly requests: number;
  readonly bad: number;
}

/** Why a canary was taken back: what a person reads first. */
export interface RollbackReport {
  readonly reason: 'harm' | 'undecided';
  /** In a sentence or two, with the numbers. */
  readonly summary: string;
  /** Undefined where nothing could be compared. */
  readonly test?: string;
  readonly share: number;
  readonly seconds: number;
  /** SHA-256 of the normalised document, and its name. */
  readonly operation: { readonly hash: string; readonly name: string | null } | null;
  /** What the test counted: failures, or slow requests. */
  readonly live: ArmTally;
  readonly canary: ArmTally;
  readonly slowFromMs?: { readonly live: number; readonly canary: number };
  /** How many times better these requests are explained by harm than by none. */
  readonly evidence?: number;
  /** Of the failure that the canary has most more of, or where most of its slowest requests spent most of their time. */
  readonly coordinate: string | null;
  /** Null where requests were slow. */
  readonly code: string | null;
  /** Where that is, or what the release changed where no request tells. */
  readonly subgraph: string | null;
  /** Of that subgraph in this release. */
  readonly commit: string | null;
  readonly revision: string | null;
  /** What this release changed; null for a promotion. */
  readonly changed: { readonly subgraph: string; readonly commit: string | null } | null;
  /** Three at most, of requests that failed so, or were slow there. */
  readonly traceIds: readonly string[];
}
