import { z } from 'zod';
import type { CanaryStatus } from './canary.ts';
import { environmentName, expectedBase, notes } from './names.ts';

/** POST /v1/environments/:environment/releases/:release/promote */
export const promoteBody = z.strictObject({
  /** Another environment gets the same composition. Left out: the release takes more traffic where it is. */
  to: environmentName.optional(),
  /** What `to` has; refused when it has something else meanwhile. */
  expectBase: expectedBase.optional(),
  rolloutNotes: notes.optional(),
  rollbackNotes: notes.optional(),
  /** In percent: instead of the next step; 100 is all of it. */
  share: z.number().int().min(1).max(100).optional(),
  /** Lets a release out that still waits for its replicas. */
  force: z.boolean().optional(),
});
export type PromoteBody = z.input<typeof promoteBody>;

/** POST /v1/environments/:environment/releases/:release/rollback */
export const rollbackBody = z.strictObject({ reason: notes.optional() });
export type RollbackBody = z.input<typeof rollbackBody>;

/** What a release waits for. */
export interface AttestationStatus {
  readonly subgraph: string;
  readonly revision: string;
  /** Live replicas that serve the revision, of all live replicas. */
  readonly attesting: number;
  readonly replicas: number;
  readonly isAttested: boolean;
}

export interface ReleaseSummary {
  readonly release: number;
  readonly state: string;
  /** Of the traffic, in percent. */
  readonly share: number;
  readonly stateSince: string;
  readonly cause: string;
  /** What was published or retired; null for a promotion. */
  readonly subgraph: string | null;
  readonly revision: string | null;
  readonly commit: string | null;
  readonly author: string | null;
  readonly composition: string;
  readonly createdAt: string;
  readonly rolloutNotes: string | null;
  readonly rollbackNotes: string | null;
  /** Why it went back or was given up. */
  readonly report: unknown;
  /** Only while it waits. */
  readonly attestation?: readonly AttestationStatus[];
  /** Only of a canary, once the registry has looked at it. */
  readonly canary?: CanaryStatus;
}

/** GET /v1/environments/:environment/releases?limit=20&before=… */
export interface ReleaseList {
  readonly environment: string;
  /** Rises with every change of what gateways are to serve. */
  readonly sequence: number;
  readonly live: number | null;
  readonly canary: number | null;
  /** The newest first. */
  readonly releases: readonly ReleaseSummary[];
}

/** GET /v1/environments/:environment/releases/:release */
export interface ReleaseStatus extends ReleaseSummary {
  readonly environment: string;
  readonly gateways: GatewayStatus;
}

/** Gateways whose leases run, by what they told last. */
export interface GatewayStatus {
  readonly seen: number;
  /** How many of them answer requests from this release. */
  readonly serving: number;
  /** Those that have not told anything since the state of the release changed. */
  readonly silent: number;
  /** Those whose lease has ended: they may have lost the registry only, and serve what they had. */
  readonly lost: number;
}

export interface PromoteAnswer {
  readonly changed: boolean;
  /** Where the release is. */
  readonly environment: string;
  readonly release: number;
  readonly state: string;
  readonly share: number;
  readonly composition: string;
  readonly rolloutNotes: string | null;
}

export interface RollbackAnswer {
  readonly changed: boolean;
  readonly environment: string;
  /** What went back. */
  readonly release: number;
  readonly state: string;
  /** What has all traffic now; null where nothing was ever live. */
  readonly live: number | null;
  /** Newer releases that built on it. */
  readonly givenUp: readonly number[];
  /** What to switch off, as whoever published it has said. */
  readonly rollbackNotes: string | null;
}

/** GET /v1/environments/:environment/subgraphs/:subgraph/retirement?revision=… */
export interface RetirementStatus {
  readonly environment: string;
  readonly subgraph: string;
  /** Null: the subgraph as a whole. */
  readonly revision: string | null;
  /** True when no gateway asks it any more, and none will. */
  readonly safeToRetire: boolean;
  /** Why not. */
  readonly reasons: readonly string[];
  readonly gateways: { readonly seen: number; readonly using: number; readonly lost: number };
}
