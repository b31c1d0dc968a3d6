import { testTelemetry } from '@tributary/telemetry/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ReportSink, startReportSink } from './testing/report-sink.ts';
import type { Report } from './usage-batch.ts';
import { createUsageReporter, type UsageReporterOptions } from './usage-reporter.ts';

let sink: ReportSink;
beforeEach(async () => {
  sink = await startReportSink();
});
afterEach(() => sink[Symbol.asyncDispose]());

function start(options: Partial<UsageReporterOptions> = {}) {
  const { logger, registry, logs } = testTelemetry('gateway');
  const reporter = createUsageReporter({
    url: `${sink.url}/`,
    token: 'trb_x',
    environment: 'dev',
    logger,
    registry,
    pauseMs: 5,
    ...options,
  });
  const outcomes = async () => {
    const values = (await registry.getSingleMetric('gateway_usage_reports_total')?.get())?.values ?? [];
    return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
  };
  return { reporter, logs, outcomes, [Symbol.asyncDispose]: () => reporter[Symbol.asyncDispose]() };
}

function report(id: string): Report {
  return { id, coordinates: [], operations: [] };
}
function ids(): readonly string[] {
  return sink.received.map((each) => each.report.id);
}

it('sends each report once, in order, with the token', async () => {
  const { reporter, outcomes } = start();
  for (const id of ['a', 'b', 'c']) reporter.send(report(id));
  await reporter[Symbol.asyncDispose]();
  expect(ids()).toEqual(['a', 'b', 'c']);
  expect(sink.received[0]).toMatchObject({ path: '/v1/environments/dev/usage', token: 'Bearer trb_x' });
  expect(await outcomes()).toEqual({ sent: 3 });
});

it('sends a report again, the same, after a failure of any kind, and says so once', async () => {
  const failures: ReportSink['answer'][] = [503, 503, 429, (request) => request.socket.destroy()];
  sink.answer = (request, response) => {
    const failure = failures.shift();
    if (typeof failure === 'function') failure(request, response);
    else response.writeHead(failure ?? 200).end('{}');
  };
  await using started = start();
  started.reporter.send(report('a'));
  await sink.untilReceived(5);
  await started.reporter[Symbol.asyncDispose]();
  expect(ids()).toEqual(['a', 'a', 'a', 'a', 'a']);
  expect(await started.outcomes()).toEqual({ failed: 4, sent: 1 });
  const messages = started.logs.lines.map(({ msg }) => msg);
  expect(messages.filter((message) => message === 'reports usage to the registry again')).toHaveLength(1);
  expect(started.logs.lines.map(({ reason }) => reason)).toContain('the registry answers 503');
});

it('gives up what the registry refuses, and goes on with the next', async () => {
  sink.answer = (_request, response) => response.writeHead(sink.received.length === 1 ? 400 : 200).end('{}');
  await using started = start();
  started.reporter.send(report('bad'));
  started.reporter.send(report('good'));
  await sink.untilReceived(2);
  await started.reporter[Symbol.asyncDispose]();
  expect(ids()).toEqual(['bad', 'good']);
  expect(await started.outcomes()).toEqual({ dropped: 1, sent: 1 });
});

it('keeps the newest reports while the registry is away, within a bound', async () => {
  sink.answer = 503;
  await using started = start({ maxWaiting: 3, pauseMs: 50 });
  for (let index = 0; index < 10; index++) started.reporter.send(report(`r${index}`));
  expect(await started.outcomes()).toMatchObject({ dropped: 7 });
  await sink.untilReceived(1);
  sink.answer = 200;
  await sink.untilReceived(4);
  expect(ids().slice(1)).toEqual(['r7', 'r8', 'r9']);
});

it('ends in time when the registry does not answer', async () => {
  sink.answer = () => {};
  const { reporter } = start({ endTimeoutMs: 50 });
  reporter.send(report('a'));
  await sink.untilReceived(1);
  const startedAt = performance.now();
  await reporter[Symbol.asyncDispose]();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

it('ends in time when nobody listens', async () => {
  await sink[Symbol.asyncDispose]();
  const { reporter, outcomes, logs } = start({ endTimeoutMs: 50 });
  reporter.send(report('a'));
  await reporter[Symbol.asyncDispose]();
  expect((await outcomes()).failed).toBeGreaterThan(0);
  expect(logs.lines.filter(({ msg }) => msg === 'cannot report usage to the registry')).toHaveLength(1);
  sink = await startReportSink();
});
