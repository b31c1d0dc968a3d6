import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createTransport } from './create-transport.ts';
import { Lifetime } from './lifetime.ts';
import { post } from './testing/post.ts';

/** The first bytes that a transport sends to such a URL, from a server that then hangs up. */
async function firstBytesTo(protocol: string, httpClient: 'lean' | 'undici'): Promise<string> {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await using transport = createTransport({
    url: `${protocol}//127.0.0.1:${port}/graphql`,
    httpClient,
    pipelining: 1,
    connectTimeoutMs: 1_000,
    maxResponseBytes: 1_000,
    maxConnections: 1,
    maxConnectionAgeMs: 60_000,
  });
  using lifetime = new Lifetime(60_000);
  const answer = post(transport, { headers: {}, body: '{}', isRepeatable: true, lifetime });
  const [socket] = await once(server, 'connection');
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  await expect(answer).rejects.toThrow();
  return bytes.toString('latin1');
}

describe('createTransport', () => {
  it.each(['lean', 'undici'] as const)('posts to http: URLs through %s', async (httpClient) => {
    expect(await firstBytesTo('http:', httpClient)).toMatch(/^POST \/graphql HTTP\/1\.1\r\n/);
  });

  it('speaks TLS with https: URLs, whatever the policy says', async () => {
    const tlsHandshake = '\x16\x03';
    expect((await firstBytesTo('https:', 'lean')).slice(0, 2)).toBe(tlsHandshake);
  });
});
