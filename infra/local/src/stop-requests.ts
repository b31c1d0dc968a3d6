import type { EventEmitter } from 'node:events';

export interface StopRequests extends Disposable {
  /** Aborts at the first request to stop. */
  readonly gently: AbortSignal;
}

/** A terminal sends Ctrl-C to the whole process group and npm forwards it once more: within this time it is the same one. */
const SAME_REQUEST_MS = 300;

/** Turns SIGINT and SIGTERM into one gentle request, and a later second signal into a call of `atOnce`. */
export function listenForStop(
  signals: EventEmitter,
  atOnce: () => void,
  now: () => number = () => performance.now(),
): StopRequests {
  const gently = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (gently.signal.aborted) {
      if (now() - firstAt > SAME_REQUEST_MS) atOnce();
      return;
    }
    firstAt = now();
    gently.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM']) signals.on(name, onSignal);
  return {
    gently: gently.signal,
    [Symbol.dispose]() {
      for (const name of ['SIGINT', 'SIGTERM']) signals.off(name, onSignal);
    },
  };
}
