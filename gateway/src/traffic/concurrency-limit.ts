import { TributaryError, withoutStacks } from '@tributary/errors';
import { currentSpan } from '@tributary/telemetry';
import { toSubgraphFailure } from '../subgraph/failure.ts';
import { idleClock } from '../subgraph/idle-clock.ts';
import { SubgraphRefusal } from '../subgraph/refusal.ts';
import type { SubgraphClient, SubgraphRequest } from '../subgraph/subgraph-client.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import type { ConcurrencySettings } from './subgraph-settings.ts';
import type { NoTurn, WaitingLine } from './waiting-line.ts';

/** What all clients of one subgraph share. */
export interface Turns {
  readonly limit: AdaptiveLimit;
  readonly line: WaitingLine;
}

/**
 * Sends no more at once than the subgraph can take, as its latency tells. What finds no room waits for its turn, for a
 * while and in a bounded line. It counts what is really sent: it is the innermost policy, and a retry waits again.
 */
export function withConcurrencyLimit(
  client: SubgraphClient,
  { limit, line }: Turns,
  { queue, queueTimeoutMs }: ConcurrencySettings,
  idleMs: () => number = idleClock,
): SubgraphClient {
  /** Has a place already. */
  function send<T>(request: SubgraphRequest<T>, inFlight: number): Promise<T> {
    const startedMs = performance.now();
    const startedIdleMs = idleMs();
    return client.send(request).then(
      (value) => {
        const nowMs = performance.now();
        const ownMs = Math.max(0, nowMs - startedMs - (idleMs() - startedIdleMs));
        limit.answered(targetOf(request), inFlight, startedMs, nowMs, ownMs);
        end();
        return value;
      },
      (error: unknown) => {
        observe(error, request, startedMs);
        end();
        throw error;
      },
    );
  }

  function end(): void {
    limit.end();
    admit();
  }

  function admit(): void {
    while (line.length > 0 && limit.hasRoom && line.next()) limit.begin();
  }

  async function waitAndSend<T>(request: SubgraphRequest<T>): Promise<T> {
    const waitingMs = performance.now();
    try {
      await line.wait(request.lifetime, {
        // What is usual is an average: half of the answers are there sooner.
        needsMs: limit.usualMs(targetOf(request)) / 2,
        longestMs: queueTimeoutMs,
        capacity: queue,
      });
    } catch (reason) {
      throw isNoTurn(reason) ? overloaded(client.name, reason) : toSubgraphFailure(client.name, reason);
    }
    currentSpan()?.setAttribute('tributary.queued_ms', Math.round(performance.now() - waitingMs));
    return send(request, limit.inFlight);
  }

  function observe(error: unknown, request: SubgraphRequest<unknown>, startedMs: number): void {
    const { lifetime } = request;
    const nowMs = performance.now();
    if (lifetime.hasEnded) {
      const isOver = (lifetime.reason as Error | undefined)?.name === 'TimeoutError';
      if (isOver) limit.timedOut(targetOf(request), startedMs, nowMs);
    } else if (error instanceof SubgraphRefusal && error.isOverload) limit.dropped(startedMs, nowMs);
  }

  return {
    name: client.name,
    send<T>(request: SubgraphRequest<T>): Promise<T> {
      if (line.length > 0 || !limit.hasRoom) return waitAndSend(request);
      return send(request, limit.begin());
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

// Private:

/** Of those asked for together the first: what they take is about what they take together each time. */
function targetOf({ targets }: SubgraphRequest<unknown>): string {
  return targets[0] ?? '';
}

function isNoTurn(reason: unknown): reason is NoTurn {
  return reason === 'full' || reason === 'late';
}

function overloaded(subgraph: string, why: NoTurn): TributaryError {
  const message =
    why === 'full'
      ? `Too many fetches wait for the subgraph ${subgraph}`
      : `The subgraph ${subgraph} has more to do than it could answer in time`;
  const extensions = { subgraph, retryable: true };
  return withoutStacks(() => new TributaryError('SUBGRAPH_OVERLOADED', message, { extensions }));
}
