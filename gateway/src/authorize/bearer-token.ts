import type { IncomingMessage } from 'node:http';
import { TributaryError } from '@tributary/errors';

/**
 * The token of `Authorization: Bearer <token>` (RFC 6750), undefined when the header is absent. Anything else is
 * refused, a second header included: node would drop it silently, and another hop might read the other one.
 */
export function bearerTokenOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | undefined {
  let value: string | undefined;
  let isRepeated = false;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (!isAuthorization(rawHeaders[index])) continue;
    isRepeated ||= value !== undefined;
    value = rawHeaders[index + 1];
  }
  if (value === undefined) return undefined;
  const token = isRepeated ? undefined : /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(value)?.[1];
  if (token === undefined) {
    throw new TributaryError('UNAUTHENTICATED', 'Send one Authorization header with one Bearer token');
  }
  return token;
}

function isAuthorization(name: string | undefined): boolean {
  return name?.length === 13 && name.toLowerCase() === 'authorization';
}
