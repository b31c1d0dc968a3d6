import { TributaryError } from '@tributary/errors';
import type { Counter } from '@tributary/telemetry';
import { toSubgraphFailure } from '../subgraph/failure.ts';
import type { Lifetime } from '../subgraph/lifetime.ts';
import { SubgraphRefusal } from '../subgraph/refusal.ts';
import type { Receiver, Sender } from '../subgraph/sender.ts';
import type { FetchRequest, RawResponse, SubgraphReading } from '../subgraph/subgraph-client.ts';
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
export function withRetry(sender: Sender, options: RetryOptions): Sender {
  return {
    name: sender.name,
    send(request, lifetime, receiver, nowMs) {
      options.budget.pay();
      sender.send(request, lifetime, new RetriedFetch(sender, request, lifetime, receiver, options), nowMs);
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}

// Private:

class RetriedFetch implements Receiver {
  readonly #sender: Sender;
  readonly #request: FetchRequest;
  readonly #lifetime: Lifetime;
  readonly #receiver: Receiver;
  readonly #options: RetryOptions;
  #sent = 1;

  constructor(
    sender: Sender,
    request: FetchRequest,
    lifetime: Lifetime,
    receiver: Receiver,
    options: RetryOptions,
  ) {
    this.#sender = sender;
    this.#request = request;
    this.#lifetime = lifetime;
    this.#receiver = receiver;
    this.#options = options;
  }

  read(response: RawResponse): SubgraphReading<unknown> {
    return this.#receiver.read(response);
  }

  answered(reading: SubgraphReading<unknown>, nowMs: number): void {
    this.#receiver.answered(reading, nowMs);
  }

  failed(failure: unknown): void {
    const delayMs = this.#mayRepeat(failure) ? this.#delayOf(failure) : Infinity;
    if (delayMs >= this.#lifetime.remainingMs || !this.#take()) this.#receiver.failed(failure);
    else pause(delayMs, this.#lifetime).then(() => this.#repeat(failure, delayMs));
  }

  #mayRepeat(failure: unknown): boolean {
    const { sends, idempotencyHeader } = this.#options.settings;
    const { operationKind, caller } = this.#request;
    if (this.#sent >= sends || this.#lifetime.hasEnded || !isBeforeAnswer(failure)) return false;
    return (
      operationKind === 'query' ||
      (idempotencyHeader !== '' && caller.forwardedHeaders[idempotencyHeader] !== undefined)
    );
  }

  #delayOf(failure: unknown): number {
    const asked =
      failure instanceof SubgraphRefusal ? retryAfterMs(failure.response.retryAfter, Date.now()) : undefined;
    return Math.max(asked ?? 0, backoffMs(this.#sent, this.#options.settings));
  }

  /** Whether the budget has one left. */
  #take(): boolean {
    if (this.#options.budget.take()) return true;
    this.#count('refused');
    this.#request.span?.addEvent('retry refused', { 'tributary.reason': 'the budget is used up' });
    return false;
  }

  #repeat(failure: unknown, delayMs: number): void {
    if (this.#lifetime.hasEnded) {
      this.#receiver.failed(toSubgraphFailure(this.#sender.name, this.#lifetime.reason));
      return;
    }
    this.#count('sent');
    this.#tell(failure, delayMs);
    this.#sent++;
    this.#sender.send(this.#request, this.#lifetime, this, performance.now());
  }

  #count(outcome: 'sent' | 'refused'): void {
    this.#options.retries.inc({ subgraph: this.#sender.name, kind: 'retry', outcome });
  }

  #tell(failure: unknown, delayMs: number): void {
    const { span } = this.#request;
    if (!span?.isRecording()) return;
    span.setAttribute('http.request.resend_count', this.#sent);
    span.addEvent('retry', {
      'tributary.reason': (failure as Error).message,
      'tributary.delay_ms': Math.round(delayMs),
    });
  }
}

/** Refused by status, or no connection, or one that broke. Not an answer that is wrong, nor one that the time was up for. */
function isBeforeAnswer(failure: unknown): boolean {
  if (failure instanceof SubgraphRefusal) return true;
  if (!(failure instanceof TributaryError) || failure.code !== 'SUBGRAPH_UNAVAILABLE') return false;
  const { cause } = failure;
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code !== 'LEAN_REQUEST_REFUSED';
}
