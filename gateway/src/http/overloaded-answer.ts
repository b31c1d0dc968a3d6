import { randomFillSync } from 'node:crypto';
import { ERROR_CATALOGUE } from '@tributary/errors';
import { JSON_TYPE } from '../respond/index.ts';
import type { Refusal } from '../shed/index.ts';
import type { HttpExchange } from '../wire/index.ts';
import { corsHeaders } from './cors.ts';
import { negotiateMediaType } from './media-type.ts';

export const OVERLOADED_STATUS = ERROR_CATALOGUE.OVERLOADED.status;
const BEFORE_TRACE_ID =
  '{"errors":[{"message":"There is too much to do, send this again later","extensions":{"code":"OVERLOADED","traceId":"';
const AFTER_TRACE_ID = '"}}]}';
const TRACE_ID_LENGTH = 32;

/**
 * Refuses a request of which nothing but its head was read, without a span: refusing must cost far less than serving.
 * The trace is the client's where it has one. The body that is still to come is thrown away, and the connection stays.
 */
export function sendOverloaded(
  exchange: HttpExchange,
  { retryAfterSeconds }: Refusal,
  allowedOrigins: readonly string[],
): void {
  const { headers } = exchange;
  const traceId = traceIdOf(headers.traceparent);
  exchange.send({
    status: OVERLOADED_STATUS,
    headers: {
      'content-type': `${mediaTypeFor(headers.accept)}; charset=utf-8`,
      'cache-control': 'no-store',
      'retry-after': String(retryAfterSeconds),
      'x-content-type-options': 'nosniff',
      'server-timing': `trace;desc="00-${traceId}-${randomHex(8)}-00"`,
      ...(allowedOrigins.length > 0 && corsHeaders(headers, allowedOrigins)),
    },
    body: BEFORE_TRACE_ID + traceId + AFTER_TRACE_ID,
    isByteText: true,
  });
}

function mediaTypeFor(accept: string | undefined): string {
  try {
    return negotiateMediaType(accept);
  } catch {
    return JSON_TYPE;
  }
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

function traceIdOf(traceparent: string | string[] | undefined): string {
  const known = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  return known ?? randomHex(TRACE_ID_LENGTH / 2);
}

/** Drawn for many ids at once: each call to the system's generator costs as much as all the rest of a refusal's text. */
const random = Buffer.alloc(4_096);
let used = random.length;

function randomHex(bytes: number): string {
  if (used + bytes > random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += bytes;
  return random.toString('hex', used - bytes, used);
}
