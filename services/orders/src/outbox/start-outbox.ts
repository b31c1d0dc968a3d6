import type { AdminRoute } from '@tributary/admin';
import type { IdentitySigner } from '@tributary/identity';
import type { Telemetry } from '@tributary/telemetry';
import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { deadLetterRoutes } from './admin-routes.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { observeOutbox } from './metrics.ts';
import { startOutboxWorker } from './worker.ts';

export interface OutboxOptions {
  readonly db: Kysely<Tables>;
  readonly telemetry: Pick<Telemetry, 'logger' | 'registry'>;
  readonly signer: IdentitySigner;
  /** Where loyalty takes events. */
  readonly url: string;
  readonly batchSize: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly maxAttempts: number;
  readonly now: () => Date;
}

/** Of one request. Loyalty answers in milliseconds, or it is ill. */
const TIMEOUT_MS = 10_000;
/** Well within the time that a process has to stop. */
const STOP_GRACE_MS = 3_000;

export interface Outbox extends AsyncDisposable {
  wake(): void;
  /** For the operators' port. */
  readonly routes: readonly AdminRoute[];
}

/** The way of events to loyalty: a worker that delivers them, its metrics, and its dead letters. */
export function startOutbox({ telemetry, signer, url, ...options }: OutboxOptions): Outbox {
  const { db, now } = options;
  const receiver = createHttpReceiver({ url, audience: 'loyalty', signer, timeoutMs: TIMEOUT_MS });
  const worker = startOutboxWorker({
    ...options,
    receiver,
    logger: telemetry.logger,
    random: Math.random,
    stopGraceMs: STOP_GRACE_MS,
  });
  observeOutbox(telemetry.registry, db, now);
  return {
    wake: worker.wake,
    routes: deadLetterRoutes(db, { now, wake: worker.wake }),
    async [Symbol.asyncDispose]() {
      await worker[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
}
