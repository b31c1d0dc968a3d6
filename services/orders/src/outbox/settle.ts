import { retryDelayMs } from '../domain/retry-delay.ts';
import type { LeasedEvent, Settlement } from '../store/outbox.ts';
import type { BatchOutcome } from './deliver-batch.ts';

export interface SettleOptions {
  readonly now: Date;
  /** In [0, 1): the jitter of the back-off. */
  readonly random: () => number;
  readonly maxAttempts: number;
}

/** Decides what becomes of each event: delivered, dead at once when rejected, later again, or dead after too many tries. */
export function toSettlement(
  events: readonly LeasedEvent[],
  { results, failure }: BatchOutcome,
  { now, random, maxAttempts }: SettleOptions,
): Settlement {
  const delivered: bigint[] = [];
  const retry: { sequence: bigint; dueAt: Date }[] = [];
  const dead: { sequence: bigint; reason: string }[] = [];
  for (const { sequence, event, attempts } of events) {
    const result = results.get(event.id);
    if (result?.kind === 'accepted') delivered.push(sequence);
    else if (result?.kind === 'rejected') dead.push({ sequence, reason: `rejected: ${result.reason}` });
    else if (attempts < maxAttempts) {
      retry.push({ sequence, dueAt: new Date(now.getTime() + retryDelayMs(attempts, random())) });
    } else {
      dead.push({ sequence, reason: `given up after ${attempts} attempts: ${failure ?? 'no result'}` });
    }
  }
  return { delivered, retry, dead };
}
