import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { NodeExchange } from '../wire/node-exchange.ts';
import { readBody } from './read-body.ts';
import { createRequestLifetime } from './request-lifetime.ts';

it('refuses the body of a client that left before anybody read it, rather than wait for the rest', async () => {
  const exchange = await abandonedExchange('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{');
  await expect(readBody(exchange, 100)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

it('gives a request whose client has already left a lifetime that has ended', async () => {
  const exchange = await abandonedExchange('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  expect(createRequestLifetime(exchange, 60_000).hasEnded).toBe(true);
});

/** A real exchange after its connection is gone. */
async function abandonedExchange(bytes: string) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(bytes);
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const closed = once(response, 'close');
  socket.destroy();
  await closed;
  server.close();
  return new NodeExchange(request, response);
}
