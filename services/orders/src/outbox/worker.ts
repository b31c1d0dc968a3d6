import type { Logger } from '@tributary/telemetry';
import type { Kysely } from 'kysely';
import { leaseEvents, settleEvents } from '../store/outbox.ts';
import type { Tables } from '../store/tables.ts';
import { deliverBatch } from './deliver-batch.ts';
import type { Receiver } from './receiver.ts';
import { toSettlement } from './settle.ts';
import { traceDeliveries } from './trace-deliveries.ts';

export interface OutboxWorkerOptions {
  readonly db: Kysely<Tables>;
  readonly receiver: Receiver;
  readonly logger: Logger;
  /** Most events in one request. */
  readonly batchSize: number;
  /** How long the events of a worker that died stay out of reach of the others. Longer than a delivery may take. */
  readonly leaseMs: number;
  /** How often to look when nobody called `wake`: for back-offs that end, and for events of other processes. */
  readonly pollMs: number;
  readonly maxAttempts: number;
  readonly now: () => Date;
  readonly random: () => number;
}

export interface OutboxWorker extends AsyncDisposable {
  /** Says that there may be something to deliver. Cheap, and never waits. */
  wake(): void;
}

/**
 * Delivers the outbox at least once: what is committed there leaves it only when the receiver has confirmed it. Any
 * number of workers may share an outbox. Disposing waits for the batch in flight and then takes no more.
 */
export function startOutboxWorker(options: OutboxWorkerOptions): OutboxWorker {
  const bell = createBell();
  let isStopping = false;

  async function run(): Promise<void> {
    while (!isStopping) {
      const isMoreLikely = await deliverSafely(options);
      if (!isMoreLikely && !isStopping) await bell.wait(options.pollMs);
    }
  }
  const running = run();

  return {
    wake: bell.ring,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      bell.ring();
      await running;
    },
  };
}

/**
 * One batch: lease, deliver, settle. Resolves to whether it is worth looking for more at once: not when nothing was
 * due, and not when everything is to be sent again, or an outage would be answered by a storm of requests.
 */
export async function deliverDueEvents(options: OutboxWorkerOptions): Promise<boolean> {
  const { db, receiver, batchSize, leaseMs, maxAttempts, now, random, logger } = options;
  const lease = await leaseEvents(db, { limit: batchSize, now: now(), leaseMs });
  if (lease.events.length === 0) return false;

  const outcome = await traceDeliveries(lease.events, (events) => deliverBatch(receiver, events));
  const settlement = toSettlement(lease.events, outcome, { now: now(), random, maxAttempts });
  await settleEvents(db, lease.id, settlement, now());

  const counts = {
    delivered: settlement.delivered.length,
    retry: settlement.retry.length,
    dead: settlement.dead.length,
  };
  if (counts.dead > 0)
    logger.error({ ...counts, reasons: reasonsOf(settlement.dead) }, 'events are dead letters');
  else if (counts.retry > 0) logger.warn({ ...counts, reason: outcome.failure }, 'events will be sent again');
  else logger.debug(counts, 'events delivered');
  return counts.delivered + counts.dead > 0;
}

/** The database may be away: the worker outlives that, as the events do. */
async function deliverSafely(options: OutboxWorkerOptions): Promise<boolean> {
  try {
    return await deliverDueEvents(options);
  } catch (error) {
    options.logger.error({ err: error }, 'the outbox could not be read or settled');
    return false;
  }
}

/** A few are enough to know what is wrong; the rest is in the table. */
function reasonsOf(dead: readonly { readonly reason: string }[]): readonly string[] {
  return [...new Set(dead.map(({ reason }) => reason))].slice(0, 5);
}

interface Bell {
  ring(): void;
  /** Resolves at the next ring or after `timeoutMs`; at once when it rang since the last wait. */
  wait(timeoutMs: number): Promise<void>;
}

function createBell(): Bell {
  let hasRung = false;
  let wakeWaiter = () => {};
  return {
    ring() {
      hasRung = true;
      wakeWaiter();
    },
    async wait(timeoutMs) {
      if (!hasRung) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wakeWaiter = resolve;
        const timer = setTimeout(resolve, timeoutMs);
        await promise;
        clearTimeout(timer);
      }
      hasRung = false;
    },
  };
}
