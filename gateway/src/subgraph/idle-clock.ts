import { performance } from 'node:perf_hooks';

/**
 * Milliseconds for which the event loop of this thread has had nothing to do: a clock that stands still while this process is busy.
 * What a subgraph takes by this clock is never more than it took itself: a busy gateway looks for its answers late, and no
 * other measure tells that from a slow subgraph.
 */
export function idleClock(): number {
  return performance.nodeTiming.idleTime;
}
