import type { Policy } from '../configuration/index.ts';
import type { ExecutionEngine } from '../execute/index.ts';
import type { Documents } from '../operation/index.ts';

/**
 * Everything that belongs to one supergraph under one policy, immutable. A request holds one generation from its
 * first byte to its last, so a swap in between changes nothing for it.
 */
export interface Generation {
  /** SHA-256 of the supergraph's text. */
  readonly digest: string;
  readonly policy: Policy;
  readonly engine: ExecutionEngine;
  readonly documents: Documents;
}

export type BuildGeneration = (supergraphSdl: string, policy: Policy) => Promise<Generation>;
