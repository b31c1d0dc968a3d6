import type { ServerResponse } from 'node:http';

/**
 * Aborts when the client closes the connection before it has its whole answer, and, as a timeout, when the request
 * has used up its time.
 */
export function createRequestSignal(response: ServerResponse, timeoutMs: number): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return AbortSignal.any([gone.signal, AbortSignal.timeout(timeoutMs)]);
}
