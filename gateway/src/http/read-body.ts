import { isUtf8 } from 'node:buffer';
import { TributaryError } from '@tributary/errors';
import type { HttpExchange } from '../wire/index.ts';

/**
 * The whole body as text, at most `maxBytes` of it.
 * @throws TributaryError PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE or BAD_REQUEST
 */
export async function readBody(exchange: HttpExchange, maxBytes: number): Promise<string> {
  if (exchange.headers['content-encoding'] !== undefined) {
    throw new TributaryError('UNSUPPORTED_MEDIA_TYPE', 'Send the body without a content encoding');
  }
  const body = await exchange.readBody(maxBytes);
  if (!isUtf8(body)) throw new TributaryError('BAD_REQUEST', 'The body is not UTF-8');
  return hasByteOrderMark(body) ? body.toString('utf8', 3) : body.toString();
}

function hasByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}
