import { ExportResultCode } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { CollectorExporter } from './collector-exporter.ts';
import { metric } from './metrics.ts';
import { parseSettings } from './settings.ts';
import { recordSpans, startTestCollector, testTelemetry } from './testing.ts';
import { withSpan } from './with-span.ts';

/** An exporter whose `send` resolves to whether the collector took one span. */
function exporterTo(url: string, timeoutMs = 300) {
  const { registry, logger, logs } = testTelemetry();
  const settings = parseSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_TIMEOUT: String(timeoutMs),
  }).collector;
  if (!settings) throw new Error('the exporter is on by default');
  const exporter = new CollectorExporter({ settings, logger, spans: metric(registry, 'trace_spans_total') });
  const send = () => {
    using spans = recordSpans();
    withSpan('work', {}, () => {});
    const sent = Promise.withResolvers<boolean>();
    exporter.export([...spans.finished()], ({ code }) => sent.resolve(code === ExportResultCode.SUCCESS));
    return sent.promise;
  };
  return { send, registry, messages: () => logs.lines.map(({ level, reason }) => [level, reason]) };
}

describe('CollectorExporter', () => {
  it('says once that the collector went away and once that it is back, each time', async () => {
    await using collector = await startTestCollector();
    const { send, messages } = exporterTo(collector.url);
    for (const status of [200, 500, 400, 500, 200, 200, 500]) {
      collector.behave(status);
      expect(await send()).toBe(status === 200);
    }
    expect(messages()).toEqual([
      ['warn', 'HTTP 500'],
      ['info', undefined],
      ['warn', 'HTTP 500'],
    ]);
  });

  it('counts what was sent and what was lost', async () => {
    await using collector = await startTestCollector();
    const { send, registry } = exporterTo(collector.url);
    await send();
    collector.behave(500);
    await send();
    const text = await registry.metrics();
    expect(text).toContain('trace_spans_total{outcome="sent",service="test"} 1');
    expect(text).toContain('trace_spans_total{outcome="lost",service="test"} 1');
  });

  it('sends again what a busy collector did not take', async () => {
    await using collector = await startTestCollector();
    const { send, messages } = exporterTo(collector.url, 5_000);
    collector.behave(503);
    const sent = send();
    await expect.poll(() => collector.requestCount).toBe(1);
    collector.behave(200);
    expect(await sent).toBe(true);
    expect([collector.requestCount, collector.spans.length, messages()]).toEqual([2, 1, []]);
  });

  it('gives up on a collector that never answers', async () => {
    await using collector = await startTestCollector();
    collector.behave('hang');
    const { send, messages } = exporterTo(collector.url);
    expect(await send()).toBe(false);
    expect(messages()).toEqual([['warn', 'no answer in time']]);
  });
});
