import { randomFillSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_CATALOGUE } from '@tributary/errors';
import { JSON_TYPE } from '../respond/index.ts';
import type { Refusal } from '../shed/index.ts';
import { corsHeaders } from './cors.ts';
import { negotiateMediaType } from './media-type.ts';

const { status } = ERROR_CATALOGUE.OVERLOADED;
const BEFORE_TRACE_ID =
  '{"errors":[{"message":"There is too much to do, send this again later","extensions":{"code":"OVERLOADED","traceId":"';
const AFTER_TRACE_ID = '"}}]}';
const TRACE_ID_LENGTH = 32;
const CONTENT_LENGTH = BEFORE_TRACE_ID.length + TRACE_ID_LENGTH + AFTER_TRACE_ID.length;

/**
 * Refuses a request of which nothing but its head was read, without a span: refusing must cost far less than serving.
 * The trace is the client's where it has one. Node throws away the body that is still to come, and the connection stays.
 */
export function sendOverloaded(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { retryAfterSeconds }: Refusal,
  allowedOrigins: readonly string[],
): void {
  const traceId = traceIdOf(headers.traceparent);
  response.writeHead(status, {
    'content-type': `${mediaTypeFor(headers.accept)}; charset=utf-8`,
    'content-length': CONTENT_LENGTH,
    'cache-control': 'no-store',
    'retry-after': String(retryAfterSeconds),
    'x-content-type-options': 'nosniff',
    'server-timing': `trace;desc="00-${traceId}-${randomHex(8)}-00"`,
    ...(allowedOrigins.length > 0 && corsHeaders(headers, allowedOrigins)),
  });
  response.end(BEFORE_TRACE_ID + traceId + AFTER_TRACE_ID, 'latin1');
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
