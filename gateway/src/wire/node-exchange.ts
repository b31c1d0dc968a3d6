import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { bodyEndedEarly, bodyTooLarge } from './body-errors.ts';
import type { HttpExchange, WholeAnswer } from './exchange.ts';

/** An exchange that node:http has read. */
export class NodeExchange implements HttpExchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  get method(): string {
    return this.#request.method ?? 'GET';
  }

  get url(): string {
    return this.#request.url ?? '/';
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers;
  }

  get remoteAddress(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  valuesOf(name: string): readonly string[] {
    const { rawHeaders } = this.#request;
    return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
  }

  async readBody(maxBytes: number): Promise<Buffer> {
    const request = this.#request;
    if (Number(request.headers['content-length']) > maxBytes) throw bodyTooLarge(maxBytes);
    // Who left while the token was checked sends no event any more to wait for.
    if (request.destroyed) throw bodyEndedEarly();

    const chunks: Buffer[] = [];
    await new Promise<void>((resolve, reject) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) {
          request.removeAllListeners('data');
          request.resume();
          reject(bodyTooLarge(maxBytes));
          return;
        }
        chunks.push(chunk);
      });
      request.on('end', resolve);
      const endEarly = () => {
        // Every request closes in the end; an error with its stack for each would be felt.
        if (!request.readableEnded) reject(bodyEndedEarly());
      };
      request.on('error', endEarly);
      request.on('close', endEarly);
    });
    const [first = Buffer.alloc(0), second] = chunks;
    return second === undefined ? first : Buffer.concat(chunks);
  }

  get isClosed(): boolean {
    return this.#response.closed;
  }

  onClose(listener: (isAnswered: boolean) => void): void {
    this.#response.once('close', () => listener(this.#response.writableFinished));
  }

  send({ status, headers, body, isByteText = false }: WholeAnswer): void {
    const response = this.#response;
    if (response.destroyed || response.headersSent) return;
    const length = isByteText ? body.length : Buffer.byteLength(body);
    response.writeHead(status, { ...headers, 'content-length': length });
    response.end(body, isByteText ? 'latin1' : 'utf8');
  }

  destroy(): void {
    this.#response.destroy();
  }
}
