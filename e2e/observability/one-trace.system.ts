import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { HOME_QUERY } from '../src/home.ts';
import { type Jaeger, type JaegerSpan, startJaeger } from '../src/jaeger.ts';
import { placeOrder, productInStock } from '../src/shop.ts';

const CLIENT_TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN = 'b7ad6b7169203331';
/** An operation is planned when it first comes, and kept. */
const PLANNED_ONCE = 'graphql.plan';
const [INTERNAL, SERVER, CLIENT] = [1, 2, 3];

let jaeger: Jaeger;
let federation: Federation;
let token: string;
let spans: readonly JaegerSpan[];

beforeAll(async () => {
  jaeger = await startJaeger();
  const tracing = {
    OTEL_SDK_DISABLED: 'false',
    OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlpEndpoint,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  federation = await startFederation({ env: { all: tracing } });
  token = await federation.signIn();
  const headers = { traceparent: `00-${CLIENT_TRACE}-${CLIENT_SPAN}-01` };
  const { body } = await federation.query(HOME_QUERY, { token, headers });
  expect(body.errors).toBeUndefined();
  spans = await jaeger.trace(CLIENT_TRACE, isWhole);
});
afterAll(async () => {
  await federation?.[Symbol.asyncDispose]();
  await jaeger?.[Symbol.asyncDispose]();
});

describe('the home query in Jaeger', () => {
  it('is one trace over four services, connected from the app’s own span down', () => {
    expect(new Set(spans.map((span) => span.service))).toEqual(
      new Set(['gateway', 'users', 'orders', 'loyalty']),
    );
    const ids = new Set(spans.map((span) => span.spanId));
    const roots = spans.filter((span) => !ids.has(span.parentSpanId));
    expect(roots.map(({ service, parentSpanId }) => ({ service, parentSpanId }))).toEqual([
      { service: 'gateway', parentSpanId: CLIENT_SPAN },
    ]);
  });

  it('shows the gateway’s work: the operation, its plan, a client span for each fetch', () => {
    expect(find('gateway', SERVER)).toMatchObject([
      { name: 'query', attributes: { 'graphql.operation.type': 'query', 'graphql.operation.name': 'Home' } },
    ]);
    expect(find('gateway', INTERNAL).map((span) => span.name)).toContain(PLANNED_ONCE);
    const fetched = find('gateway', CLIENT).map((span) => span.attributes['tributary.subgraph']);
    expect(new Set(fetched)).toEqual(new Set(['users', 'orders', 'loyalty']));
  });

  it('shows each fetch as the parent of exactly one subgraph request', () => {
    const fetches = new Set(find('gateway', CLIENT).map((span) => span.spanId));
    const served = ['users', 'orders', 'loyalty'].flatMap((service) => find(service, SERVER));
    expect(served.map((span) => fetches.delete(span.parentSpanId))).toEqual(served.map(() => true));
    expect(fetches.size).toBe(0);
  });

  it('shows each batch with its size and each SQL statement, never with a value', () => {
    const batches = spans.filter((span) => span.name.startsWith('dataloader.batch'));
    expect(batches.map((span) => Number(span.attributes['dataloader.batch.size']))).toContain(20);
    for (const service of ['users', 'orders', 'loyalty']) {
      const statements = find(service, CLIENT).filter((span) => 'db.query.text' in span.attributes);
      expect(statements.length).toBeGreaterThan(0);
      for (const { attributes } of statements) expect(attributes['db.system.name']).toBe('postgresql');
    }
  });

  it('holds no personal data and no secret', () => {
    const text = JSON.stringify(spans);
    expect(text).not.toContain('mia@example.com');
    expect(text).not.toContain('Mia Lindqvist');
    expect(text).not.toContain(token.slice(0, 40));
  });

  it('is found from the response itself', async () => {
    const { headers } = await federation.query(HOME_QUERY, { token });
    const [, traceId = ''] = /trace;desc="00-([0-9a-f]{32})-/.exec(String(headers['server-timing'])) ?? [];
    const again = await jaeger.trace(traceId, isWhole);
    expect(namesOf(again)).toEqual(namesOf(spans).filter((name) => name !== PLANNED_ONCE));
  });
});

it('shows an order, its event and the points it earned as one trace', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const { sku } = await productInStock(federation, 1);
  const headers = { traceparent: `00-${traceId}-${CLIENT_SPAN}-01` };
  await placeOrder(federation, token, [{ sku, quantity: 1 }], { headers });
  const isDelivered = (found: readonly JaegerSpan[]) =>
    found.some((span) => span.service === 'loyalty' && span.name === 'POST /events');
  const services = (await jaeger.trace(traceId, isDelivered)).map((span) => span.service);
  expect(new Set(services)).toEqual(new Set(['gateway', 'orders', 'loyalty']));
});

function namesOf(found: readonly JaegerSpan[]): string[] {
  return found.map((span) => span.name).sort();
}

/** The gateway's own span is there, and each of its fetches has been served. */
function isWhole(found: readonly JaegerSpan[]): boolean {
  const isRoot = (span: JaegerSpan) => span.service === 'gateway' && span.kind === SERVER;
  const served = new Set(found.filter((span) => span.kind === SERVER).map((span) => span.parentSpanId));
  const fetches = found.filter((span) => span.service === 'gateway' && span.kind === CLIENT);
  return found.some(isRoot) && fetches.every((span) => served.has(span.spanId));
}

function find(service: string, kind: number | undefined): readonly JaegerSpan[] {
  return spans.filter((span) => span.service === service && span.kind === kind);
}
