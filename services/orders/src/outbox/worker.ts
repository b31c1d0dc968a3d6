import type { Logger } from '@tributary/telemetry';
import type { Kysely } from 'kysely';
import { leaseEvents, settleEvents } from '../store/outbox.ts';
import type { Tables } from '../store/tables.ts';
import { deliverBatch } from './deliver-batch.ts';
import { createDeliveryLog, type DeliveryPass } from './delivery-log.ts';
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
  /** How long stopping waits for the batch in flight before it is cut off, to be sent again by the next worker. */
  readonly stopGraceMs: number;
  /** Workers whose clocks are further apart than a lease send events twice; the receiver counts them once. */
  readonly now: () => Date;
  readonly random: () => number;
}

export interface OutboxWorker extends AsyncDisposable {
  /** Says that there may be something to deliver. Cheap, and never waits. */
  wake(): void;
}

/**
 * Delivers the outbox at least once: what is committed there leaves it only when the receiver has confirmed it. Any
 * number of workers may share an outbox. Disposing waits a little for the batch in flight and takes no more.
 */
export function startOutboxWorker(options: OutboxWorkerOptions): OutboxWorker {
  const bell = createBell();
  const log = createDeliveryLog(options.logger);
  let isStopping = false;
  const cutOff = new AbortController();

  async function run(): Promise<void> {
    while (!isStopping) {
      const pass = await deliverDueEvents(options, cutOff.signal).catch(toFailedPass);
      log(pass);
      // After a pass in which nothing went through, an outage must not be answered by a storm of requests.
      const isMoreLikely = pass.delivered + pass.dead > 0;
      if (!isMoreLikely && !isStopping) await bell.wait(options.pollMs);
    }
  }
  const running = run();

  return {
    wake: bell.ring,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      bell.ring();
      const grace = setTimeout(() => cutOff.abort(), options.stopGraceMs);
      await running;
      clearTimeout(grace);
    },
  };
}

/** Leases one batch, delivers it and settles it. Rejects when the database is away; a receiver that is away is a result. */
export async function deliverDueEvents(
  options: Omit<OutboxWorkerOptions, 'pollMs' | 'stopGraceMs' | 'logger'>,
  cutOff: AbortSignal,
): Promise<DeliveryPass> {
  const { db, receiver, batchSize, leaseMs, maxAttempts, now, random } = options;
  const lease = await leaseEvents(db, { limit: batchSize, now: now(), leaseMs });
  if (lease.events.length === 0) return NOTHING_DUE;

  // Done, whatever the receiver does, well before another worker may take the events.
  const signal = AbortSignal.any([cutOff, AbortSignal.timeout(leaseMs / 2)]);
  const outcome = await traceDeliveries(lease.events, (events) => deliverBatch(receiver, events, signal));
  const settlement = toSettlement(lease.events, outcome, { now: now(), random, maxAttempts });
  await settleEvents(db, lease.id, settlement, now());
  return {
    delivered: settlement.delivered.length,
    retry: settlement.retry.length,
    dead: settlement.dead.length,
    failure: settlement.dead[0]?.reason ?? outcome.failure,
  };
}

const NOTHING_DUE: DeliveryPass = { delivered: 0, retry: 0, dead: 0, failure: null };

/** The database may be away: the worker outlives that, as the events do. */
function toFailedPass(error: unknown): DeliveryPass {
  return { ...NOTHING_DUE, failure: error instanceof Error ? error.message : String(error) };
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
