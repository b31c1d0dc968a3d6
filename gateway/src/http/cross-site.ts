import type { IncomingHttpHeaders } from 'node:http';
import { TributaryError } from '@tributary/errors';

/** Headers that no page can add to a cross-site request without a preflight, which only allowed origins pass. */
const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name'];

/**
 * Refuses a GET that another site could have made a browser send. POST needs no such check: it carries
 * application/json, which browsers preflight. Browsers say where a request comes from (Fetch Metadata, Origin);
 * the ones too old to say are known by the cookie that makes the attack worth it.
 * @throws TributaryError CSRF_PREVENTED
 */
export function assertNotCrossSite(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): void {
  if (PREFLIGHTED.some((name) => headers[name])) return;
  const { origin, host, cookie } = headers;
  const site = headers['sec-fetch-site'];
  const isForeign =
    site !== undefined
      ? site !== 'same-origin' && site !== 'none'
      : origin !== undefined
        ? URL.parse(origin)?.host !== host
        : cookie !== undefined;
  if (!isForeign || (origin !== undefined && isAllowedOrigin(origin, allowedOrigins))) return;
  throw new TributaryError(
    'CSRF_PREVENTED',
    'A browser could have sent this from another site: use POST with application/json or the header apollo-require-preflight',
  );
}

export function isAllowedOrigin(origin: string, allowedOrigins: readonly string[]): boolean {
  return (
    allowedOrigins.includes('*') || allowedOrigins.some((allowed) => URL.parse(allowed)?.origin === origin)
  );
}
