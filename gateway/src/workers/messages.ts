import type { Readiness } from '@tributary/admin';
import type { MetricsSnapshot } from '@tributary/telemetry';

/** What the supervisor tells a worker. */
export type ToWorker =
  /** Asks for a report under this number. */
  { readonly kind: 'report'; readonly id: number } | { readonly kind: 'drain' };

/** What a worker tells its supervisor. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'report'; readonly id: number; readonly report: WorkerReport };

export interface WorkerReport {
  readonly readiness: Readiness;
  readonly metrics: MetricsSnapshot;
}
