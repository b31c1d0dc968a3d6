import type { ServerResponse } from 'node:http';

/**
 * Aborts when the client closes the connection before it has its whole answer, and, as a TimeoutError, when the
 * request has used up its time. Leaves no timer behind.
 */
export function createRequestSignal(response: ServerResponse, timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  if (response.closed) {
    controller.abort();
    return controller.signal;
  }
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The request has used up its time', 'TimeoutError'));
  }, timeoutMs);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
