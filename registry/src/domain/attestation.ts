/**
 * When a release waits for attestation of a revision:
 * - `when-known`: if replicas of its subgraph have ever attested in the environment, so that services which cannot do it go live at once;
 * - `required`: always;
 * - `off`: never.
 */
export type AttestationMode = 'when-known' | 'required' | 'off';

/** A revision that a release brings, and what replicas of its subgraph serve. */
export interface BroughtRevision {
  readonly subgraph: string;
  readonly revision: string;
  /** Whether replicas of the subgraph have ever attested in the environment. */
  readonly isKnown: boolean;
  /** What each live replica serves. */
  readonly serves: readonly string[];
}

export interface AttestationProgress {
  readonly subgraph: string;
  readonly revision: string;
  readonly attesting: number;
  readonly replicas: number;
  readonly isAttested: boolean;
}

/** A revision without a live replica is not attested: nobody serves it. */
export function attestationOf(mode: AttestationMode, brought: BroughtRevision): AttestationProgress {
  const { subgraph, revision, isKnown, serves } = brought;
  const attesting = serves.filter((digest) => digest === revision).length;
  const replicas = serves.length;
  const isAsked = mode === 'required' || (mode === 'when-known' && isKnown);
  const isAttested = !isAsked || (replicas > 0 && attesting === replicas);
  return { subgraph, revision, attesting, replicas, isAttested };
}
