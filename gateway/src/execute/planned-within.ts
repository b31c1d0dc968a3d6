import { TributaryError } from '@tributary/errors';
import type { Lifetime, LifetimeListener } from '../subgraph/index.ts';

/**
 * Waits for a plan as long as somebody waits for the answer. The planner goes on: others may ask for the same.
 * @throws TributaryError SERVICE_TIMEOUT, or REQUEST_CANCELLED where the client has left
 */
export function plannedWithin<T>(lifetime: Lifetime, plan: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const listener: LifetimeListener = { lifetimeEnded: (reason) => reject(toFailure(reason)) };
    if (lifetime.hasEnded) listener.lifetimeEnded(lifetime.reason);
    else lifetime.add(listener);
    plan.then(resolve, reject).finally(() => lifetime.remove(listener));
  });
}

function toFailure(reason: unknown): TributaryError {
  return (reason as Error | undefined)?.name === 'TimeoutError'
    ? new TributaryError('SERVICE_TIMEOUT', 'The time of the request was over before it was planned')
    : new TributaryError('REQUEST_CANCELLED', 'The client left before the request was planned');
}
