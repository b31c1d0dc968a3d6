import type { ErrorCode } from '@tributary/errors';
import type { CorePlanRequest } from '../core/planner-core.ts';
import type { LoadedSupergraph } from '../loaded-supergraph.ts';

/** What a planner thread is started with. */
export interface ThreadData {
  readonly supergraphSdl: string;
  /** The first thread of a supergraph tells what it read; those that replace it need not. */
  readonly tellLoaded: boolean;
}

/** To the thread: one at a time, so that a thread that dies or hangs names its culprit. */
export type ToThread = CorePlanRequest;

export type FromThread =
  | { readonly kind: 'ready'; readonly loaded?: LoadedSupergraph }
  | { readonly kind: 'refused'; readonly message: string }
  /** The plan as JSON text: cheaper to hand over than an object, and its length bounds a cache. */
  | { readonly kind: 'planned'; readonly plan: string }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly cause: string | undefined;
    };
