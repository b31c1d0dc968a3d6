import { metric, type Registry } from '@tributary/telemetry';
import type { Kysely } from 'kysely';
import { type OutboxState, readOutboxState } from '../store/outbox.ts';
import type { Tables } from '../store/tables.ts';

/** How long numbers are good for: several scrapers, or a scrape storm, cost one statement. */
const MAX_AGE_MS = 1_000;

/**
 * Sets the outbox's gauges when somebody scrapes. They tell of the whole table, so each replica reports the same.
 * While the database is away the last numbers stay: the scrape itself must work then most of all.
 */
export function observeOutbox(registry: Registry, db: Kysely<Tables>, now: () => Date): void {
  let state: Promise<OutboxState | null> = Promise.resolve(null);
  let readAtMs = Number.NEGATIVE_INFINITY;
  const fresh = () => {
    const nowMs = now().getTime();
    if (nowMs - readAtMs > MAX_AGE_MS) {
      readAtMs = nowMs;
      state = readOutboxState(db).catch(() => null);
    }
    return state;
  };
  const gauges = {
    outbox_pending: (outbox: OutboxState) => outbox.pending,
    outbox_oldest_age_seconds: ({ oldestAt }: OutboxState) =>
      oldestAt === null ? 0 : Math.max(0, now().getTime() - oldestAt.getTime()) / 1000,
    outbox_dead_letters: (outbox: OutboxState) => outbox.deadLetters,
  };
  for (const name of ['outbox_pending', 'outbox_oldest_age_seconds', 'outbox_dead_letters'] as const) {
    const gauge = metric(registry, name);
    // prom-client reads `collect` as a property at each scrape; metric() has made the gauge already.
    Object.assign(gauge, {
      collect: async () => {
        const outbox = await fresh();
        if (outbox !== null) gauge.set(gauges[name](outbox));
      },
    });
  }
}
