import type { Identity } from '@tributary/identity';
import type { HttpExchange } from '../wire/index.ts';

/** Clients write headers as they like. */
const MAX_LENGTH = 256;

/**
 * Who a request is from, as far as a split goes: the signed-in user, or else what tells callers apart that are not: the
 * header that the policy names, or the address of the connection. Compared, never told to anybody.
 */
export function callerKey(
  { headers, remoteAddress }: Pick<HttpExchange, 'headers' | 'remoteAddress'>,
  { subject }: Identity,
  anonymousHeader: string,
): string {
  if (subject !== null) return `user:${subject}`;
  const value = anonymousHeader === '' ? undefined : headers[anonymousHeader];
  if (typeof value === 'string' && value !== '') return `anonymous:${value.slice(0, MAX_LENGTH)}`;
  return `address:${remoteAddress ?? ''}`;
}
