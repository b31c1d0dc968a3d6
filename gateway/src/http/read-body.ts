import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { TributaryError } from '@tributary/errors';

/**
 * The whole body as text, at most `maxBytes` of it. What comes after a refusal is thrown away by node while the
 * answer is under way (the server's body timeout bounds that), so that the client gets to read it.
 * @throws TributaryError PAYLOAD_TOO_LARGE or BAD_REQUEST
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = () => new TributaryError('PAYLOAD_TOO_LARGE', `The body exceeds ${maxBytes} bytes`);
  if (request.headers['content-encoding'] !== undefined) {
    throw new TributaryError('UNSUPPORTED_MEDIA_TYPE', 'Send the body without a content encoding');
  }
  if (Number(request.headers['content-length']) > maxBytes) throw tooLarge();

  // Who left while the token was checked sends no event any more to wait for.
  const endedEarly = () => new TributaryError('BAD_REQUEST', 'The body ended early');
  if (request.destroyed) throw endedEarly();

  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.removeAllListeners('data');
        request.resume();
        reject(tooLarge());
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', resolve);
    const endEarly = () => {
      // Every request closes in the end; an error with its stack for each would be felt.
      if (!request.readableEnded) reject(endedEarly());
    };
    request.on('error', endEarly);
    request.on('close', endEarly);
  });
  const [first = Buffer.alloc(0), second] = chunks;
  const body = second === undefined ? first : Buffer.concat(chunks);
  if (!isUtf8(body)) throw new TributaryError('BAD_REQUEST', 'The body is not UTF-8');
  return hasByteOrderMark(body) ? body.toString('utf8', 3) : body.toString();
}

function hasByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}
