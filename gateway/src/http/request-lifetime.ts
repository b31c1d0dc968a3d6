import type { IncomingHttpHeaders } from 'node:http';
import { TributaryError } from '@tributary/errors';
import type { Policy } from '../configuration/index.ts';
import { Lifetime, REQUEST_TIMEOUT_HEADER } from '../subgraph/index.ts';
import type { HttpExchange } from '../wire/index.ts';

/**
 * Ends when the client closes the connection before it has its whole answer, and when the request has used up its
 * time. Complete once the answer is sent.
 */
export function createRequestLifetime(exchange: HttpExchange, timeoutMs: number): Lifetime {
  const lifetime = new Lifetime(timeoutMs);
  if (exchange.isClosed) {
    lifetime.end();
    return lifetime;
  }
  exchange.onClose((isAnswered) => {
    if (isAnswered) lifetime.complete();
    else lifetime.end();
  });
  return lifetime;
}

/** What the client asks for, as far as the policy lets it; the policy's default if it asks for nothing. */
export function requestTimeoutOf(headers: IncomingHttpHeaders, traffic: Policy['traffic']): number {
  const asked = headers[REQUEST_TIMEOUT_HEADER];
  if (asked === undefined) return traffic.requestTimeoutMs;
  if (typeof asked !== 'string' || !/^[0-9]{1,9}$/.test(asked) || Number(asked) === 0) {
    throw new TributaryError(
      'BAD_REQUEST',
      `${REQUEST_TIMEOUT_HEADER} is the time that is left, in whole milliseconds and more than 0`,
    );
  }
  return Math.min(Number(asked), traffic.maxRequestTimeoutMs);
}
