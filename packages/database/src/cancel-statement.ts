import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { CancelRequest } from './cancel-request.ts';

/**
 * What became of a statement that nobody waited for any longer: the server ended it, it came to its own end, or neither
 * within about two seconds, and its connection has to be closed.
 */
export type CancellationOutcome = 'cancelled' | 'completed' | 'abandoned';

// A request may overtake its statement, or find the server between the statement's messages: then another one follows.
const PAUSES_MS = [50, 100, 200, 400, 800];
const QUERY_CANCELED = '57014';

/**
 * Ends the statement that runs on the client and resolves when nothing of it is left: neither the statement itself nor
 * a cancel request under way. Never rejects. Without `cancel` it waits for the statement's own end.
 */
export async function cancelStatement(options: {
  readonly client: pg.ClientBase;
  readonly running: Promise<unknown>;
  readonly cancel: CancelRequest | undefined;
}): Promise<CancellationOutcome> {
  const { client, running, cancel } = options;
  const ended = running.then(
    (): CancellationOutcome => 'completed',
    (error: unknown): CancellationOutcome => (isCanceled(error) ? 'cancelled' : 'completed'),
  );
  if (cancel === undefined) return ended;
  for (const pauseMs of PAUSES_MS) {
    // Awaited even when the statement has ended meanwhile: a request under way would hit the next one.
    const isPassedOn = await cancel(client).then(
      () => true,
      () => false,
    );
    if (!isPassedOn) return 'abandoned';
    const outcome = await within(ended, pauseMs);
    if (outcome !== undefined) return outcome;
  }
  return 'abandoned';
}

// Private:

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  const timer = new AbortController();
  const timeout = pause(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timer.abort();
  }
}

function isCanceled(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === QUERY_CANCELED;
}
