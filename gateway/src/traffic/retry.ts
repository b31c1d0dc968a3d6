import { TributaryError } from '@tributary/errors';
import { type Counter, currentSpan } from '@tributary/telemetry';
import { toSubgraphFailure } from '../subgraph/failure.ts';
import { SubgraphRefusal } from '../subgraph/refusal.ts';
import type { SubgraphClient, SubgraphRequest } from '../subgraph/subgraph-client.ts';
import { pause } from './pause.ts';
import type { RetryBudget } from './retry-budget.ts';
import { backoffMs, retryAfterMs } from './retry-delay.ts';
import type { RetrySettings } from './subgraph-settings.ts';

export interface RetryOptions {
  readonly budget: RetryBudget;
  readonly settings: RetrySettings;
  readonly retries: Counter<'subgraph' | 'kind' | 'outcome'>;
}

/**
 * Sends again what is safe to repeat and failed before there was an answer, within a budget that all fetches of the subgraph
 * share. Never beyond the lifetime: what could not be answered in time fails at once, with what it failed with.
 */
export function withRetry(
  client: SubgraphClient,
  { budget, settings, retries }: RetryOptions,
): SubgraphClient {
  const { sends, idempotencyHeader } = settings;
  const subgraph = client.name;

  function send<T>(request: SubgraphRequest<T>): Promise<T> {
    budget.pay();
    return client.send(request).catch((error: unknown) => retry(request, error));
  }

  async function retry<T>(request: SubgraphRequest<T>, first: unknown): Promise<T> {
    let failure = first;
    for (let count = 1; count < sends && isRepeatable(request, failure); count++) {
      const delayMs = delayOf(failure, count);
      if (delayMs >= request.lifetime.remainingMs) throw failure;
      if (!budget.take()) {
        retries.inc({ subgraph, kind: 'retry', outcome: 'refused' });
        currentSpan()?.addEvent('retry refused', { 'tributary.reason': 'the budget is used up' });
        throw failure;
      }
      await pause(delayMs, request.lifetime);
      if (request.lifetime.hasEnded) throw toSubgraphFailure(subgraph, request.lifetime.reason);
      retries.inc({ subgraph, kind: 'retry', outcome: 'sent' });
      tell(failure, count, delayMs);
      try {
        return await client.send(request);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  function isRepeatable(
    { operationKind, caller, lifetime }: SubgraphRequest<unknown>,
    failure: unknown,
  ): boolean {
    if (lifetime.hasEnded || !isBeforeAnswer(failure)) return false;
    return (
      operationKind === 'query' ||
      (idempotencyHeader !== '' && caller.forwardedHeaders[idempotencyHeader] !== undefined)
    );
  }

  function delayOf(failure: unknown, count: number): number {
    const asked =
      failure instanceof SubgraphRefusal ? retryAfterMs(failure.response.retryAfter, Date.now()) : undefined;
    return Math.max(asked ?? 0, backoffMs(count, settings));
  }

  return { name: subgraph, send, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

// Private:

/** Refused by status, or no connection, or one that broke. Not an answer that is wrong, nor one that the time was up for. */
function isBeforeAnswer(failure: unknown): boolean {
  if (failure instanceof SubgraphRefusal) return true;
  if (!(failure instanceof TributaryError) || failure.code !== 'SUBGRAPH_UNAVAILABLE') return false;
  const { cause } = failure;
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code !== 'LEAN_REQUEST_REFUSED';
}

function tell(failure: unknown, count: number, delayMs: number): void {
  const span = currentSpan();
  if (!span?.isRecording()) return;
  span.setAttribute('http.request.resend_count', count);
  span.addEvent('retry', {
    'tributary.reason': (failure as Error).message,
    'tributary.delay_ms': Math.round(delayMs),
  });
}
