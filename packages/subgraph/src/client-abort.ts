import type { ServerResponse } from 'node:http';

/**
 * A signal that aborts when the connection goes before the answer is out. It listens to the response: a request emits
 * `close` as soon as its body has been read.
 */
export function abortWhenClientLeaves(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.closed) controller.abort();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
