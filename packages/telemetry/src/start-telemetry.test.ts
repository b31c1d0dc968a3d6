import { once } from 'node:events';
import { createServer } from 'node:net';
import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { currentTraceparent, extractContext, injectHeaders } from './propagation.ts';
import { startTelemetry } from './start-telemetry.ts';
import { recordLogs, startTestCollector } from './testing.ts';
import { withSpan } from './with-span.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SAMPLED = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

function start(env: Record<string, string>) {
  const logs = recordLogs();
  const telemetry = startTelemetry({
    serviceName: 'orders',
    serviceVersion: '1.2.3',
    env,
    destination: logs,
  });
  return { telemetry, logs };
}

/** Port of a listener that is closed again: a connection to it is refused. */
async function refusedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

async function elapsedMs(work: () => PromiseLike<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

describe('startTelemetry', () => {
  it('sends spans to the collector with service, version, parent and attributes', async () => {
    await using collector = await startTestCollector();
    const { telemetry, logs } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
    withSpan('parent', {}, () =>
      withSpan('child', { attributes: { 'dataloader.batch.size': 50 } }, () => {}),
    );
    await telemetry[Symbol.asyncDispose]();
    const [child, parent] = collector.spans;
    expect(child).toMatchObject({ name: 'child', parentSpanId: parent?.spanId, traceId: parent?.traceId });
    expect(child).toMatchObject({ scope: 'tributary', attributes: { 'dataloader.batch.size': 50 } });
    expect(parent).toMatchObject({ name: 'parent', parentSpanId: '', service: 'orders' });
    expect(parent?.resource).toMatchObject({
      'service.version': '1.2.3',
      'deployment.environment.name': 'test',
    });
    expect(logs.lines).toEqual([]);
  });

  it('compresses on request and takes its name from the environment', async () => {
    await using collector = await startTestCollector();
    const { telemetry } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'orders-eu',
    });
    withSpan('work', {}, () => {});
    await telemetry[Symbol.asyncDispose]();
    expect(collector.spans.map((span) => span.service)).toEqual(['orders-eu']);
  });

  it('costs one log line when there is no collector, however many exports fail', async () => {
    const { telemetry, logs } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: await refusedUrl(),
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1',
      OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
    });
    for (let index = 0; index < 20; index += 1) withSpan('work', {}, () => {});
    await telemetry[Symbol.asyncDispose]();
    expect(logs.lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        reason: 'ECONNREFUSED',
        msg: expect.stringMatching(/collector/),
      }),
    ]);
  });

  it('exits at once when the collector refuses', async () => {
    const { telemetry } = start({ OTEL_EXPORTER_OTLP_ENDPOINT: await refusedUrl() });
    withSpan('work', {}, () => {});
    expect(await elapsedMs(() => telemetry[Symbol.asyncDispose]())).toBeLessThan(700);
  });

  it('exits in bounded time when the collector hangs', async () => {
    await using collector = await startTestCollector();
    collector.behave('hang');
    const { telemetry, logs } = start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    withSpan('work', {}, () => {});
    expect(await elapsedMs(() => telemetry[Symbol.asyncDispose]())).toBeLessThan(2500);
    expect(logs.lines).toHaveLength(1);
  });

  it('never makes work wait for a collector that hangs, and keeps a bounded number of spans', async () => {
    await using collector = await startTestCollector();
    collector.behave('hang');
    const { telemetry } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_MAX_QUEUE_SIZE: '50',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
    });
    for (let index = 0; index < 5000; index += 1) await withSpan('work', {}, async () => {});
    await telemetry[Symbol.asyncDispose]();
    expect(collector.requestCount).toBeLessThanOrEqual(6);
  });

  it.each([
    ['always_off', undefined, 0],
    ['always_on', undefined, 100],
    ['traceidratio', '0', 0],
    ['parentbased_traceidratio', '1', 100],
    ['parentbased_always_off', undefined, 0],
  ])('samples as OTEL_TRACES_SAMPLER=%s with argument %s says', async (sampler, argument, expected) => {
    await using collector = await startTestCollector();
    const { telemetry } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: sampler,
      ...(argument === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: argument }),
    });
    for (let index = 0; index < 50; index += 1) withSpan('outer', {}, () => withSpan('inner', {}, () => {}));
    await telemetry[Symbol.asyncDispose]();
    expect(collector.spans).toHaveLength(expected);
  });

  it('samples whole traces only', async () => {
    await using collector = await startTestCollector();
    const { telemetry } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.5',
    });
    for (let index = 0; index < 200; index += 1) withSpan('outer', {}, () => withSpan('inner', {}, () => {}));
    await telemetry[Symbol.asyncDispose]();
    const traces = Map.groupBy(collector.spans, (span) => span.traceId);
    expect(traces.size).toBeGreaterThan(50);
    expect(traces.size).toBeLessThan(150);
    expect([...traces.values()].every((spans) => spans.length === 2)).toBe(true);
  });

  it('follows a caller that sampled, whatever its own sampler says about roots', async () => {
    await using collector = await startTestCollector();
    const { telemetry } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    });
    withSpan('server', { parent: extractContext({ traceparent: SAMPLED }) }, () => {});
    await telemetry[Symbol.asyncDispose]();
    expect(collector.spans.map((span) => span.traceId)).toEqual([TRACE_ID]);
  });

  it('still names every request when switched off, and passes a caller’s trace on', async () => {
    await using collector = await startTestCollector();
    const { telemetry, logs } = start({
      OTEL_SDK_DISABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    expect(withSpan('own', {}, () => currentTraceparent())).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    const parent = extractContext({ traceparent: SAMPLED });
    expect(withSpan('server', { parent }, () => injectHeaders({}))).toEqual({ traceparent: SAMPLED });
    await telemetry[Symbol.asyncDispose]();
    expect([collector.requestCount, logs.lines]).toEqual([0, []]);
  });

  it('records no span of an ignored scope, and hangs ours below the real parent', async () => {
    await using collector = await startTestCollector();
    const { telemetry } = start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    withSpan('request', {}, () =>
      trace.getTracer('apollo/gateway-js', '2.14.4').startActiveSpan('gateway.fetch', { kind: 2 }, (span) => {
        span.setAttribute('noise', true);
        withSpan('fetch', {}, () => {});
        span.end();
      }),
    );
    await telemetry[Symbol.asyncDispose]();
    const [fetch, request] = collector.spans;
    expect(collector.spans.map((span) => span.name)).toEqual(['fetch', 'request']);
    expect(fetch?.parentSpanId).toBe(request?.spanId);
    expect(request?.attributes).toEqual({});
  });

  it('reports what it cannot use in the environment and starts anyway', async () => {
    await using collector = await startTestCollector();
    const { telemetry, logs } = start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'sometimes',
    });
    withSpan('work', {}, () => {});
    await telemetry[Symbol.asyncDispose]();
    expect(logs.lines.map((line) => line.msg)).toEqual([expect.stringContaining('OTEL_TRACES_SAMPLER')]);
    expect(collector.spans).toHaveLength(1);
  });

  it('lets several services in one process share the first one’s tracing', async () => {
    await using collector = await startTestCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const first = start(env);
    const second = start(env);
    await second.telemetry[Symbol.asyncDispose]();
    withSpan('work', {}, () => {});
    await first.telemetry[Symbol.asyncDispose]();
    expect(collector.spans).toHaveLength(1);
    expect(withSpan('after', {}, () => currentTraceparent())).toBeUndefined();
  });
});
