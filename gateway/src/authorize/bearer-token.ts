import { TributaryError } from '@tributary/errors';
import type { HttpExchange } from '../wire/index.ts';

/**
 * The token of `Authorization: Bearer <token>` (RFC 6750), undefined when the header is absent. Anything else is
 * refused, a second header included: node would drop it silently, and another hop might read the other one.
 */
export function bearerTokenOf(request: Pick<HttpExchange, 'valuesOf'>): string | undefined {
  const [value, second] = request.valuesOf('authorization');
  if (value === undefined) return undefined;
  const token = second === undefined ? /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(value)?.[1] : undefined;
  if (token === undefined) {
    throw new TributaryError('UNAUTHENTICATED', 'Send one Authorization header with one Bearer token');
  }
  return token;
}
