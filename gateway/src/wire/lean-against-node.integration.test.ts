import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { testTelemetry } from '@tributary/telemetry/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import { arbitraryRequest } from '../testing/arbitrary-request.ts';

import type { HttpExchange } from './exchange.ts';
import { LeanExchange } from './lean-exchange.ts';
import { type HttpServer, startHttpServer } from './server.ts';

/** More are drawn with LEAN_FUZZ_RUNS=100000, others with FC_SEED. */
const numRuns = Number(process.env.LEAN_FUZZ_RUNS ?? 2_000);

/** What a server understood of the bytes on a connection. */
interface Understood {
  readonly requests: unknown[];
  readonly statuses: string[];
}

interface Front extends AsyncDisposable {
  read(pieces: readonly string[]): Promise<Understood>;
  /** Requests that the lean reader has read. */
  readonly byLean: number;
}

async function startFront(httpServer: 'lean' | 'node'): Promise<Front> {
  let requests: unknown[] = [];
  let byLean = 0;
  const listener = async (exchange: HttpExchange) => {
    const { method, url, headers } = exchange;
    const request = {
      method,
      url,
      headers: { ...headers },
      authorization: exchange.valuesOf('authorization'),
      body: '',
    };
    requests.push(request);
    if (exchange instanceof LeanExchange) byLean++;
    request.body = await exchange.readBody(1_000).then(
      (body) => body.toString('latin1'),
      (error: { code: string }) => error.code,
    );
    exchange.send({ status: 200, headers: { 'x-is': 'ours' }, body: method === 'HEAD' ? '' : 'ok' });
  };
  const server: HttpServer = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    settings: { ...DEFAULT_POLICY.server, httpServer },
    listener: (exchange) => void listener(exchange),
    drain: { delayMs: 0, timeoutMs: 1_000 },
    logger: testTelemetry('gateway').logger,
  });
  const port = Number(new URL(server.url).port);
  return {
    get byLean() {
      return byLean;
    },
    async read(pieces) {
      requests = [];
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
      socket.on('error', () => {});
      await once(socket, 'connect');
      const answers = text(socket.setEncoding('latin1')).catch(() => '');
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await setImmediate();
        await setImmediate();
      }
      socket.end();
      const statuses = (await answers).match(/HTTP\/1\.1 \d{3} /g) ?? [];
      socket.destroy();
      return { requests, statuses };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function piecesOf(bytes: string, cuts: readonly number[]): readonly string[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
  return places.map((place, index) => bytes.slice(place, places[index + 1])).filter((piece) => piece !== '');
}

it('reads the same requests as node:http, whatever the bytes and wherever they are cut', {
  timeout: 60_000 + numRuns * 20,
}, async () => {
  await using lean = await startFront('lean');
  await using node = await startFront('node');
  let answered = 0;
  let refused = 0;
  let requests = 0;

  const bytes = fc.array(arbitraryRequest, { minLength: 1, maxLength: 4 }).map((each) => each.join(''));
  const property = fc.asyncProperty(bytes, fc.array(fc.nat(), { maxLength: 4 }), async (all, cuts) => {
    const pieces = piecesOf(all, cuts);
    const theirs = await node.read(pieces);
    const ours = await lean.read(pieces);
    expect(ours.requests).toEqual(theirs.requests);
    // How many answers are out before it is a matter of moments: node says at once that it cannot read what follows.
    expect(ours.statuses.at(-1)).toEqual(theirs.statuses.at(-1));
    requests += ours.requests.length;
    if (ours.statuses.at(-1) === 'HTTP/1.1 200 ') answered++;
    else refused++;
  });
  await fc.assert(property, { numRuns });

  // The comparison is worth something only if all sides of it are there.
  expect(lean.byLean).toBeGreaterThan(requests / 4);
  expect(requests - lean.byLean).toBeGreaterThan(requests / 10);
  expect(Math.min(answered, refused)).toBeGreaterThan(numRuns / 10);
  if (process.env.LEAN_FUZZ_RUNS) console.log({ requests, byLean: lean.byLean, answered, refused });
});
