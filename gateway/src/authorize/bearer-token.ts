import type { IncomingMessage } from 'node:http';
import { TributaryError } from '@tributary/errors';

/**
 * The token of `Authorization: Bearer <token>` (RFC 6750), undefined when the header is absent. Anything else is
 * refused, a second header included: node would drop it silently, and another hop might read the other one.
 */
export function bearerTokenOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | undefined {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && isAuthorization(rawHeaders[index - 1]));
  const [value, another] = values;
  if (value === undefined) return undefined;
  const token = another === undefined ? /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(value)?.[1] : undefined;
  if (token === undefined) {
    throw new TributaryError('UNAUTHENTICATED', 'Send one Authorization header with one Bearer token');
  }
  return token;
}

function isAuthorization(name: string | undefined): boolean {
  return name?.toLowerCase() === 'authorization';
}
