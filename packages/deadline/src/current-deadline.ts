import { AsyncLocalStorage } from 'node:async_hooks';
import type { Deadline } from './deadline.ts';

const storage = new AsyncLocalStorage<Deadline | undefined>();

/**
 * The deadline of the request that the calling code runs for; undefined for work that belongs to none. It travels with
 * the async context, as spans do: a statement deep inside a service is bounded although nobody handed it anything.
 */
export function currentDeadline(): Deadline | undefined {
  return storage.getStore();
}

/** Runs `run`, and all that it starts, within the deadline; `undefined` for work that is to outlive its request. */
export function runWithin<T>(deadline: Deadline | undefined, run: () => T): T {
  return storage.run(deadline, run);
}
