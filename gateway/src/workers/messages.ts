import type { Readiness } from '@tributary/admin';
import type { MetricsSnapshot } from '@tributary/telemetry';
import type { Invalidated } from '../cache/response-cache.ts';

/** What the supervisor tells a worker. */
export type ToWorker =
  /** Asks for a report under this number. */
  | { readonly kind: 'report'; readonly id: number }
  /** Makes its cache forget what has one of the tags, and asks what that was. */
  | { readonly kind: 'invalidate'; readonly id: number; readonly tags: readonly string[] }
  | { readonly kind: 'drain' };

/** What a worker tells its supervisor. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'report'; readonly id: number; readonly report: WorkerReport }
  | { readonly kind: 'invalidated'; readonly id: number; readonly invalidated: Invalidated };

export interface WorkerReport {
  readonly readiness: Readiness;
  readonly metrics: MetricsSnapshot;
}
