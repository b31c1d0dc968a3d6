import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CollectedSpan } from '@tributary/telemetry/testing';
import { expect } from 'vitest';
import { waitUntil } from '../../src/process.ts';
import type { FaultRow, SpanSign } from './fault-row.ts';
import { type LogLine, matches, type Stage } from './stage.ts';

/** How long the platform may take after a fault's end until an answer is whole again. */
const RECOVERY_MS = 10_000;
const CALM_REQUESTS = 3;
const TOLD_LINES = 4;
/** Of one message a process writes fifty lines a second and leaves out the rest. After so many, the next row's might be among these. */
const MANY_LINES = 25;
const LOG_LIMIT_MS = 1_000;

/** Makes the fault, asks, and compares what everyone saw with the row. Afterwards all is as before. */
export async function runRow(row: FaultRow, stage: Stage): Promise<void> {
  const traceId = randomBytes(16).toString('hex');
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  const { metric } = row;
  const counted = metric ? await stage.read(metric) : 0;
  const logged = stage.listen(row.log?.process ?? 'gateway');
  {
    await using stack = new AsyncDisposableStack();
    stack.use(await row.begin(stage));
    const answer = await (row.ask ?? ((on, sent) => on.home(sent)))(stage, headers);
    expect(answer ? stage.outcomeOf(answer) : 'gone', told(logged())).toEqual(row.client);
    expect(answer?.durationMs ?? 0, 'the time it took').toBeLessThan(row.withinMs);
    for (const { extensions } of answer?.body.errors ?? []) expect(extensions.traceId).toBe(traceId);
    if (answer) expectNothingInternal(answer.text);
    await row.also?.check(stage);
  }

  if (row.span) expect((await stage.trace(traceId)).map(brief)).toContainEqual(toMatch(row.span));
  if (metric) await waitUntil(`${metric.name} counts it`, async () => (await stage.read(metric)) > counted);
  const { log } = row;
  if (log === undefined) {
    const lines = logged().filter((line) => line.trace_id === traceId);
    expect(lines, 'nothing is logged').toEqual([]);
  } else {
    await waitUntil(`the line "${log.msg}"`, () => logged().some((line) => matches(line, log)), 5_000).catch(
      () => expect(logged()).toContainEqual(log),
    );
  }
  await waitUntil('the answer is whole again', () => isWhole(stage), RECOVERY_MS);
  // Failures of one row must not add up with those of the next: a circuit would open.
  for (let request = 0; request < CALM_REQUESTS; request++) await stage.home();
  if (logged().length >= MANY_LINES) await pause(LOG_LIMIT_MS);
}

// Private:

async function isWhole(stage: Stage): Promise<boolean> {
  const answer = await stage.home().catch(() => undefined);
  return answer?.body.errors === undefined && answer !== undefined && stage.outcomeOf(answer) !== 'gone';
}

/** For a row that fails: why, in the process's own words. */
function told(lines: readonly LogLine[]): string {
  return lines
    .slice(-TOLD_LINES)
    .map((line) => JSON.stringify(line))
    .join('\n');
}

const brief = ({ service, name, attributes }: CollectedSpan) => ({ service, name, attributes });

function toMatch({ service = 'gateway', name, attributes }: SpanSign): unknown {
  const wanted = Object.entries(attributes).map(([key, value]) => [
    key,
    value instanceof RegExp ? expect.stringMatching(value) : value,
  ]);
  return expect.objectContaining({
    service,
    name,
    attributes: expect.objectContaining(Object.fromEntries(wanted)),
  });
}

/** Invariant: nothing of our own insides, and nothing that the broken service said, reaches a client. */
function expectNothingInternal(text: string): void {
  expect(text).not.toMatch(
    /ECONN|EHOST|ENOTFOUND|EAI_AGAIN|127\.0\.0\.1|node_modules|\bat .+:\d+:\d+|SELECT |SECRET-OF-LOYALTY/,
  );
}
