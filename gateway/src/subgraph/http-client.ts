import { Pool } from 'undici';
import { toSubgraphFailure } from './failure.ts';
import { parseResponse, type RawResponse } from './parse-response.ts';
import type { RequestHeaders } from './request-headers.ts';
import type { SubgraphClient, SubgraphRequest } from './subgraph-client.ts';

export interface HttpClientOptions {
  readonly name: string;
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  readonly headers: RequestHeaders;
}

/** GraphQL over HTTP/1.1 on a pool of kept connections. How long it may take is the caller's business: see withDeadline. */
export function createHttpClient(options: HttpClientOptions): SubgraphClient {
  const { name, headers } = options;
  const url = new URL(options.url);
  const pool = new Pool(url.origin, {
    connections: options.maxConnections,
    connect: { timeout: options.connectTimeoutMs },
    maxResponseSize: options.maxResponseBytes,
    // The request's signal is the only clock.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
  const path = `${url.pathname}${url.search}`;
  const credentials = basicCredentials(url);

  async function exchange(request: SubgraphRequest): Promise<RawResponse> {
    const { query, operationName, variables } = request;
    const body = JSON.stringify({ query, variables, operationName });
    const response = await pool.request({
      method: 'POST',
      path,
      headers: { ...credentials, ...(await headers.of(name, request.caller)) },
      body,
      signal: request.signal,
    });
    return {
      status: response.statusCode,
      contentType: toText(response.headers['content-type']),
      body: await response.body.bytes(),
    };
  }

  return {
    name,
    async send(request) {
      try {
        return parseResponse(name, await exchange(request));
      } catch (error) {
        throw toSubgraphFailure(name, error);
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

/** `http://user:password@host/`: undici ignores them, other clients send them. */
function basicCredentials({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

function toText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
