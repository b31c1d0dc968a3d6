import type { IncomingHttpHeaders } from 'node:http';
import { isAllowedOrigin } from './cross-site.ts';

const ALLOWED_HEADERS = [
  'content-type',
  'accept',
  'authorization',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-request-timeout-ms',
  'x-request-criticality',
  'tributary-arm',
  'traceparent',
  'tracestate',
].join(', ');

/**
 * The CORS headers of an answer: none unless the policy allows the origin. Never with credentials, so a page gets
 * nothing by a cookie that it could not get without.
 */
export function corsHeaders(
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): Readonly<Record<string, string>> {
  if (allowedOrigins.length === 0) return {};
  const { origin } = headers;
  if (origin === undefined || !isAllowedOrigin(origin, allowedOrigins)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'server-timing, retry-after',
    'timing-allow-origin': origin,
  };
}

/** What a preflight for an allowed origin is told on top. */
export function preflightHeaders(): Readonly<Record<string, string>> {
  return {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': '600',
  };
}
