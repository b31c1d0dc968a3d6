import { hash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { testTelemetry } from '@tributary/telemetry/testing';
import { expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import type { HttpExchange } from './exchange.ts';
import { LeanExchange } from './lean-exchange.ts';
import { NodeExchange } from './node-exchange.ts';
import { startHttpServer } from './server.ts';

async function start(
  listener: (exchange: HttpExchange) => void,
  settings: Partial<(typeof DEFAULT_POLICY)['server']> = {},
) {
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    settings: { ...DEFAULT_POLICY.server, ...settings },
    listener,
    drain: { delayMs: 0, timeoutMs: 2_000 },
    logger: testTelemetry('gateway').logger,
  });
  const port = Number(new URL(server.url).port);
  const open = async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  return Object.assign(server, { open });
}

function post(body: string, fields = ''): string {
  return `POST /graphql HTTP/1.1\r\nhost: h\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`;
}

async function echo(exchange: HttpExchange): Promise<void> {
  const body = await exchange.readBody(1_000_000);
  const by = exchange instanceof LeanExchange ? 'lean' : 'node';
  exchange.send({ status: 200, headers: { by }, body });
}

/** All that comes, until it ends as it should. */
async function until(socket: Socket, end: RegExp): Promise<string> {
  let all = '';
  const read = (chunk: string) => {
    all += chunk;
  };
  socket.on('data', read).resume();
  await expect.poll(() => all, { interval: 5 }).toMatch(end);
  socket.off('data', read).pause();
  return all;
}

it('answers what is sent in one piece, in many, and ahead of answers, each in its turn', async () => {
  await using server = await start((exchange) => void echo(exchange));
  const socket = await server.open();
  socket.write(post('one'));
  expect(await until(socket, /one$/)).toMatch(
    /^HTTP\/1\.1 200 OK\r\nby: lean\r\ncontent-length: 3\r\nDate: .* GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\none$/,
  );
  for (const byte of post('two')) {
    socket.write(byte);
    await wait(0);
  }
  expect(await until(socket, /two$/)).toMatch(/by: lean/);
  socket.write(Array.from({ length: 100 }, (_, index) => post(`<${index}>`)).join(''));
  const answers = await until(socket, /<99>$/);
  expect(answers.match(/<\d+>/g)).toEqual(Array.from({ length: 100 }, (_, index) => `<${index}>`));
  socket.destroy();
});

it('leaves to node what is not plain, and all that follows on that connection', async () => {
  await using server = await start((exchange) => void echo(exchange));
  const socket = await server.open();
  socket.write(post('plain') + post('not plain', 'connection: x\r\n'));
  const answers = await until(socket, /not plain$/);
  socket.write(post('plain again'));
  const last = await until(socket, /plain again$/);
  expect((answers + last).match(/by: \w+/g)).toEqual(['by: lean', 'by: node', 'by: node']);

  const large = await server.open();
  large.write(post('x'.repeat(100_000), 'connection: close\r\n'));
  expect(await text(large)).toMatch(/by: node/);
  socket.destroy();
});

it('throws away the body of a request that is answered already, and reads the next behind it', async () => {
  await using server = await start((exchange) =>
    exchange.send({ status: 503, headers: {}, body: exchange.url }),
  );
  const socket = await server.open();
  const request = post('{"query": "POST /smuggled HTTP/1.1\r\n\r\n"}');
  socket.write(request.slice(0, -30));
  expect(await until(socket, /graphql$/)).toMatch(/^HTTP\/1\.1 503 /);
  socket.write(request.slice(-30) + post('second'));
  expect(await until(socket, /graphql$/)).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\n\r\n\/graphql$/);
  socket.destroy();
});

it('tells who answers when the client leaves, before its body is whole and after', async () => {
  const ends: unknown[] = [];
  await using server = await start((exchange) => {
    exchange.onClose((isAnswered) => ends.push(isAnswered));
    exchange.readBody(100).then(
      () => ends.push('whole'),
      (error: { code: string }) => ends.push(error.code),
    );
  });
  const [half, whole] = [await server.open(), await server.open()];
  half.write(post('body').slice(0, -1));
  await wait(20);
  half.resetAndDestroy();
  await expect.poll(() => ends).toEqual([false, 'BAD_REQUEST']);
  whole.write(post('body'));
  await expect.poll(() => ends.length).toBe(3);
  whole.destroy();
  await expect.poll(() => ends).toEqual([false, 'BAD_REQUEST', 'whole', false]);
});

it('begins nothing of what a client sent ahead that has left without its answer', async () => {
  const ends: boolean[] = [];
  let begun = 0;
  await using server = await start((exchange) => {
    begun++;
    exchange.onClose((isAnswered) => ends.push(isAnswered));
    exchange.send({ status: 200, headers: {}, body: 'x'.repeat(20_000_000), isByteText: true });
  });
  const socket = await server.open();
  socket.write(post('first') + post('ahead'));
  await expect.poll(() => begun).toBe(1);
  socket.resetAndDestroy();
  await expect.poll(() => ends).toEqual([false]);
  await wait(50);
  expect(begun).toBe(1);
});

it('closes what is idle for too long, what never says anything, and what never ends', async () => {
  const times = { headersTimeoutMs: 200, bodyTimeoutMs: 200, keepAliveTimeoutMs: 100 };
  await using server = await start((exchange) => void echo(exchange).catch(() => {}), times);
  const sockets = await Promise.all(
    ['', post('idle'), post('part').slice(0, -1), 'POST /gra'].map(async (bytes) => {
      const socket = await server.open();
      socket.write(bytes);
      return text(socket);
    }),
  );
  expect(sockets.map((all) => all.slice(0, 12))).toEqual([
    'HTTP/1.1 408',
    'HTTP/1.1 200',
    'HTTP/1.1 408',
    'HTTP/1.1 408',
  ]);
});

it('takes no header value that would end its line', async () => {
  const failures: string[] = [];
  await using server = await start((exchange) => {
    try {
      exchange.send({ status: 200, headers: { 'x-name': 'a\r\nx-other: b' }, body: '' });
    } catch (error) {
      failures.push((error as Error).message);
      exchange.destroy();
    }
  });
  const socket = await server.open();
  socket.write(post(''));
  expect(await text(socket)).toBe('');
  expect(failures).toEqual(['The value of the header x-name cannot be sent']);
});

it('drains: answers what has begun, with its last word, and closes the rest', async () => {
  const begun: HttpExchange[] = [];
  const server = await start((exchange) => void begun.push(exchange));
  const [busy, idle, byNode] = [await server.open(), await server.open(), await server.open()];
  busy.write(post('busy') + post('ahead'));
  byNode.write(post('node', 'te: x\r\n'));
  await expect.poll(() => begun.length).toBe(2);
  expect(begun.filter((exchange) => exchange instanceof NodeExchange)).toHaveLength(1);
  const idleEnd = once(idle, 'close');
  const closed = server[Symbol.asyncDispose]();
  idle.resume();
  await idleEnd;
  const answers = Promise.all([text(busy), text(byNode)]);
  for (const exchange of begun) exchange.send({ status: 200, headers: {}, body: 'last' });
  for (const answer of await answers)
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n[\s\S]*last$/i);
  await closed;
  expect(begun).toHaveLength(2);
});

it('reads all by node where the policy says so', async () => {
  await using server = await start((exchange) => void echo(exchange), { httpServer: 'node' });
  const socket = await server.open();
  socket.write(post('one'));
  expect(await until(socket, /one$/)).toMatch(/by: node/);
  socket.destroy();
});

it("frees an answer's memory when it is sent, where that is nobody else's", async () => {
  const bodies = [
    { body: Buffer.alloc(100_000, 'a'), ownsBody: true },
    // More than the system takes at once.
    { body: Buffer.alloc(20_000_000, 'b'), ownsBody: true },
    { body: Buffer.alloc(100_000, 'c') },
  ];
  const hashes = bodies.map(({ body }) => hash('sha1', body));
  const rest = bodies.values();
  await using server = await start((exchange) => {
    const { value } = rest.next();
    if (value) exchange.send({ status: 200, headers: {}, ...value });
  });
  const received: string[] = [];
  for (const { body } of bodies) {
    const { length } = body;
    const socket = await server.open();
    socket.write(post(''));
    let answer = '';
    for await (const chunk of socket) {
      answer += chunk;
      if (answer.length > length && answer.length === answer.indexOf('\r\n\r\n') + 4 + length) break;
    }
    received.push(hash('sha1', Buffer.from(answer.slice(-length), 'latin1')));
  }
  expect(received).toEqual(hashes);
  await expect.poll(() => bodies.map(({ body }) => body.length)).toEqual([0, 0, 100_000]);
});
