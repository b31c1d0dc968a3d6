import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '@tributary/database/testing';
import { createIdentitySigner, IDENTITY_HEADER, type IdentitySigner } from '@tributary/identity';
import { type TestIdentity, testIdentity } from '@tributary/identity/testing';
import type { Subgraph } from '@tributary/subgraph';
import { SIGNED_OUT } from '@tributary/subgraph/testing';
import { recordSpans, testTelemetry } from '@tributary/telemetry/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoyaltyServer } from '../server.ts';
import type { LoyaltyTables } from '../store/tables.ts';
import { cancelledEvent, openLoyaltyDatabase, placedEvent } from '../testing.ts';
import { MAX_EVENTS } from './events-route.ts';

const AUDIENCE = { audience: 'loyalty' };

describe('POST /events', () => {
  let database: TestDatabase<LoyaltyTables>;
  let orders: TestIdentity;
  let gateway: TestIdentity;
  let server: Subgraph;
  beforeAll(async () => {
    database = await openLoyaltyDatabase();
    orders = await testIdentity({ ...AUDIENCE, issuer: 'orders' });
    gateway = await testIdentity({ ...AUDIENCE, issuer: 'gateway' });
    server = await startServer();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const startServer = (db = database.db) =>
    startLoyaltyServer({
      db,
      gatewayVerifier: gateway.verifier,
      ordersVerifier: orders.verifier,
      telemetry: testTelemetry('loyalty'),
      host: '127.0.0.1',
      port: 0,
      production: true,
    });

  interface Sent {
    readonly url?: string;
    readonly token?: string;
    readonly headers?: Record<string, string>;
  }
  async function post(body: unknown, { url = server.url, token, headers = {} }: Sent = {}) {
    const response = await fetch(`${url}/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [IDENTITY_HEADER]: token ?? (await signedBy(orders.signer)),
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }
  const signedBy = (signer: IdentitySigner, audience = 'loyalty') => signer.sign(SIGNED_OUT, audience);
  const countEntries = async () => {
    const rows = await database.db.selectFrom('ledger_entry').select('id').execute();
    return rows.length;
  };

  it('applies events, tells duplicates and rejects bad ones by id, in the order in which they came', async () => {
    const placed = placedEvent();
    const bad = { ...placedEvent(), total: { amount: '-1', currency: 'EUR' } };
    const unknown = { ...placedEvent(), type: 'order.eaten' };
    expect(await post({ events: [bad, placed, unknown, placed, cancelledEvent(placed)] })).toEqual({
      status: 200,
      body: {
        results: [
          { id: bad.id, status: 'rejected', reason: 'total.amount must be a decimal that is not negative' },
          { id: placed.id, status: 'applied' },
          { id: unknown.id, status: 'rejected', reason: 'type is not a type that loyalty knows' },
          { id: placed.id, status: 'duplicate' },
          { id: expect.any(String), status: 'applied' },
        ],
      },
    });
    expect((await post({ events: [placed] })).body.results).toEqual([{ id: placed.id, status: 'duplicate' }]);
  });

  it('answers an empty batch with no results', async () => {
    expect(await post({ events: [] })).toEqual({ status: 200, body: { results: [] } });
  });

  it('refuses whoever is not the orders service, and changes nothing', async () => {
    const before = await countEntries();
    const forger = await testIdentity({ ...AUDIENCE, issuer: 'orders' });
    const impostor = createIdentitySigner({ privateJwk: orders.keys.privateJwk, issuer: 'gateway' });
    const tokens = {
      'no assertion': '',
      'another key': await signedBy(forger.signer),
      "the gateway's assertion": await signedBy(gateway.signer),
      'another issuer': await signedBy(impostor),
      'another audience': await signedBy(orders.signer, 'users'),
      'no signature': (await signedBy(orders.signer)).replace(/[^.]*$/, ''),
      nonsense: 'nonsense',
    };
    for (const [what, token] of Object.entries(tokens)) {
      const answer = await post({ events: [placedEvent()] }, { token });
      expect([what, answer.status, answer.body.errors[0].extensions.code]).toEqual([
        what,
        403,
        'NOT_FROM_GATEWAY',
      ]);
    }
    expect(await countEntries()).toBe(before);
  });

  it("does not let the orders service's assertion ask /graphql", async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: await signedBy(orders.signer) },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.status).toBe(403);
  });

  it.each([
    ['malformed JSON', '{"events": [', 400, 'BAD_REQUEST'],
    ['no body', '', 400, 'BAD_REQUEST'],
    ['another shape', '[]', 400, 'BAD_REQUEST'],
    ['null', 'null', 400, 'BAD_REQUEST'],
    ['events that are no list', '{"events": {}}', 400, 'BAD_REQUEST'],
    ['an event without an id', '{"events": [{"type": "order.placed"}]}', 400, 'BAD_REQUEST'],
    ['an event that is none', '{"events": [null]}', 400, 'BAD_REQUEST'],
    ['a polluting key', '{"events": [], "__proto__": {"x": 1}}', 400, 'BAD_REQUEST'],
    ['too many events', JSON.stringify({ events: Array(MAX_EVENTS + 1).fill({}) }), 413, 'PAYLOAD_TOO_LARGE'],
    ['a huge body', `{"events": ["${'x'.repeat(2 ** 20)}"]}`, 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s as a whole, with a code and no stack trace', async (_, body, status, code) => {
    const before = await countEntries();
    const answer = await post(body);
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([status, code]);
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:/);
    expect(await countEntries()).toBe(before);
  });

  it('refuses another media type', async () => {
    const answer = await post({ events: [] }, { headers: { 'content-type': 'text/plain' } });
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it('takes nothing of a batch in which an event cannot be named', async () => {
    const before = await countEntries();
    expect(await post({ events: [placedEvent(), { ...placedEvent(), id: 7 }] })).toMatchObject({
      status: 400,
      body: { errors: [{ message: 'events.1: id must be a UUID.' }] },
    });
    expect(await countEntries()).toBe(before);
  });

  it('takes a full batch', async () => {
    const events = Array.from({ length: MAX_EVENTS }, () => placedEvent());
    const { status, body } = await post({ events });
    expect(status).toBe(200);
    expect(body.results).toEqual(events.map(({ id }) => ({ id, status: 'applied' })));
  });

  it('counts each event once when a sender that lost the answers sends everything again at once', async () => {
    const userId = randomUUID();
    const events = Array.from({ length: 20 }, () => placedEvent({ userId }));
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ events })));
    const statuses = answers.flatMap(({ body }) =>
      body.results.map((result: { status: string }) => result.status),
    );
    expect(statuses.filter((status) => status === 'applied')).toHaveLength(events.length);
    expect(statuses.filter((status) => status === 'duplicate')).toHaveLength(7 * events.length);
  });

  it('answers 503 while the database is away, so that the sender tries again', async () => {
    await using lost = await openLoyaltyDatabase();
    await using cutOff = await startServer(lost.db);
    await lost[Symbol.asyncDispose]();
    const answer = await post({ events: [placedEvent()] }, { url: cutOff.url });
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });

  it("continues the sender's trace down to the SQL", async () => {
    using spans = recordSpans();
    const traceId = 'a'.repeat(32);
    await post(
      { events: [placedEvent()] },
      { headers: { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` } },
    );
    const [received] = spans.named('POST /events');
    expect(received?.attributes).toMatchObject({ 'http.route': '/events', 'http.response.status_code': 200 });
    expect(received?.parentSpanContext?.spanId).toBe('b'.repeat(16));
    expect(new Set(spans.finished().map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
    expect(spans.finished().length).toBeGreaterThan(4);
  });
});
