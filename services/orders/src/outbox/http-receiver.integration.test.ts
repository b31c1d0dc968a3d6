import type { ServerResponse } from 'node:http';
import { IDENTITY_HEADER } from '@tributary/identity';
import { type TestIdentity, testIdentity } from '@tributary/identity/testing';
import { extractContext, runInContext } from '@tributary/telemetry';
import { recordSpans } from '@tributary/telemetry/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderEvent } from '../domain/order-event.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { applyAll, type EventsRequest, sendJson, startEventsServer } from './testing.ts';

let identity: TestIdentity;
beforeAll(async () => {
  identity = await testIdentity({ issuer: 'orders', audience: 'loyalty' });
});

const event = (id: string): OrderEvent => ({
  id,
  type: 'order.placed',
  orderId: 'o',
  userId: 'u',
  occurredAt: '2026-11-20T09:00:00.000Z',
  total: { amount: '12.30', currency: 'EUR' },
});
const never = new AbortController().signal;
const EVENTS = [event('a'), event('b')];

const receiverAt = (url: string, timeoutMs = 10_000) =>
  createHttpReceiver({ url, audience: 'loyalty', signer: identity.signer, timeoutMs });

/** What a receiver makes of a server that answers like this. */
async function deliverTo(
  answer: (request: EventsRequest, response: ServerResponse) => void,
  timeoutMs?: number,
) {
  await using server = await startEventsServer(answer);
  await using receiver = receiverAt(server.url, timeoutMs);
  return { delivery: await receiver.deliver(EVENTS, never), request: server.requests[0] };
}

describe('a delivery over HTTP', () => {
  it('sends the events, signed by orders for loyalty', async () => {
    const { delivery, request } = await deliverTo(applyAll);
    expect(delivery).toMatchObject({ kind: 'answered', results: { size: 2 } });
    expect(request?.events).toEqual(EVENTS);
    const token = String(request?.headers[IDENTITY_HEADER]);
    expect(await identity.verifier.verify(token)).toEqual({ subject: null, roles: [], issuer: 'orders' });
  });

  it('says how long it waits, so that the receiver works no longer', async () => {
    const { request } = await deliverTo(applyAll, 2_500);
    expect(request?.headers['x-request-timeout-ms']).toBe('2500');
  });

  it('counts a duplicate as accepted and a rejection as final', async () => {
    const { delivery } = await deliverTo((_request, response) =>
      sendJson(response, {
        results: [
          { id: 'a', status: 'duplicate' },
          { id: 'b', status: 'rejected', reason: 'no such type' },
        ],
      }),
    );
    expect(delivery).toEqual({
      kind: 'answered',
      results: new Map([
        ['a', { kind: 'accepted' }],
        ['b', { kind: 'rejected', reason: 'no such type' }],
      ]),
    });
  });

  it('shortens a reason and takes NUL out of it: the database would refuse the whole settlement', async () => {
    const { delivery } = await deliverTo((_request, response) =>
      sendJson(response, { results: [{ id: 'a', status: 'rejected', reason: `bad\0${'x'.repeat(9_999)}` }] }),
    );
    const reason = `bad\ufffd${'x'.repeat(496)}`;
    expect(delivery).toEqual({ kind: 'answered', results: new Map([['a', { kind: 'rejected', reason }]]) });
  });

  it('leaves out what a partial answer leaves out', async () => {
    const { delivery } = await deliverTo((_request, response) =>
      sendJson(response, {
        results: [
          { id: 'a', status: 'applied' },
          { id: null, status: 'rejected' },
        ],
      }),
    );
    expect(delivery).toEqual({ kind: 'answered', results: new Map([['a', { kind: 'accepted' }]]) });
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['a status 500', (response) => sendJson(response, { message: 'oops' }, 500), 'status 500'],
    ['a status 403', (response) => sendJson(response, {}, 403), 'status 403'],
    [
      'a redirect, which it does not follow',
      (response) => response.writeHead(302, { location: '/' }).end(),
      'status 302',
    ],
    ['HTML', (response) => response.end('<html>'), 'an answer that holds no results'],
    ['no body', (response) => response.end(), 'an answer that holds no results'],
    [
      'results of another shape',
      (response) => sendJson(response, { results: {} }),
      'an answer that holds no results',
    ],
    [
      'a status that is not known',
      (response) => sendJson(response, { results: [{ id: 'a', status: 'fine' }] }),
      'an answer that holds no results',
    ],
  ])('has failed after %s', async (_what, answer, reason) => {
    const { delivery } = await deliverTo((_request, response) => answer(response));
    expect(delivery).toEqual({ kind: 'failed', reason });
  });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    ['no answer in time', () => {}, /no answer in time/],
    [
      'an answer that never ends',
      (response) => response.writeHead(200).write('{"results":['),
      /no answer in time/,
    ],
    [
      'an answer that is cut off',
      (response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"results":[');
        response.destroy();
      },
      /terminated|other side closed|aborted/,
    ],
    ['a closed connection', (response) => response.destroy(), /other side closed|ECONNRESET/],
    [
      'an endless answer',
      (response) => {
        const chunk = 'x'.repeat(65_536);
        const write = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', write);
        write();
      },
      /exceeded|RES_EXCEEDED/,
    ],
  ])('found nobody after %s', async (_what, answer, reason) => {
    const { delivery } = await deliverTo((_request, response) => answer(response), 500);
    expect(delivery).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(reason) });
  });

  it('ends when it is cut off', async () => {
    await using server = await startEventsServer(() => {});
    await using receiver = receiverAt(server.url);
    const cutOff = new AbortController();
    const delivery = receiver.deliver(EVENTS, cutOff.signal);
    await server.seen(1);
    cutOff.abort();
    expect(await delivery).toMatchObject({ kind: 'unreachable' });
  });

  it('found nobody when nothing listens', async () => {
    const server = await startEventsServer(applyAll);
    await server[Symbol.asyncDispose]();
    await using receiver = receiverAt(server.url);
    expect(await receiver.deliver(EVENTS, never)).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('takes the trace along', async () => {
    using spans = recordSpans();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const { request } = await runInContext(
      extractContext({ traceparent: `00-${traceId}-b7ad6b7169203331-01` }),
      () => deliverTo(applyAll),
    );
    const [span] = spans.named('POST');
    expect(span?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
    });
    expect(request?.headers.traceparent).toBe(`00-${traceId}-${span?.spanContext().spanId}-01`);
  });
});
