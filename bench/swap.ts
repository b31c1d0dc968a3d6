import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { postGraphQL } from '../e2e/src/graphql.ts';
import { createPlatformProcess, type PlatformProcess, waitUntil } from '../e2e/src/process.ts';
import { startRegistry } from '../e2e/src/registry.ts';
import { startScriptedSubgraph } from '../e2e/src/scripted-subgraph.ts';
import { publishRevision, serves } from '../e2e/src/swap.ts';
import { largeSupergraph } from './planning/large-supergraph.ts';

/**
 * What a new supergraph costs those whose requests are under way: p99 in the five seconds after a swap against the five before it,
 * and how long the event loop stands still where the supergraph is large. Its own process each, on a machine that does nothing else.
 *
 * Usage: node bench/swap.ts
 */
const SWAPS = 6;
const WINDOW_MS = 5_000;
const EVERY_MS = 5;
const OPERATIONS = 40;
const FIELDS = Array.from({ length: OPERATIONS }, (_, index) => `f${index}`);
const SDL = `type Query { ${FIELDS.map((field) => `${field}: Int`).join(' ')} }`;
const LARGE = { subgraphs: 200, fields: 20_000 };
const LARGE_SWAPS = 7;

await latencies();
await pause();

// Private:

async function latencies(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const values = Object.fromEntries(FIELDS.map((field, index) => [field, index]));
  const subgraph = stack.use(await startScriptedSubgraph(SDL, values));
  const platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  const publish = (swap: number) =>
    publishRevision(platform, 'numbers', {
      sdl: `${SDL} type Swap${swap} { id: ID }`,
      routingUrl: subgraph.url,
    });
  await publish(0);
  const gateway = stack.use(await platform.createGateway());
  await gateway.start();

  // Code that node has not compiled yet is no matter of swaps.
  await measure(gateway);
  const before: number[] = [];
  const after: number[] = [];
  for (let swap = 1; swap <= SWAPS; swap++) {
    before.push(...(await measure(gateway)));
    const digest = await publish(swap);
    await waitUntil('the swap is done', () => serves(gateway, digest));
    after.push(...(await measure(gateway)));
  }
  const [p99Before, p99After] = [p99(before), p99(after)];
  console.log(`${SWAPS} swaps, ${1_000 / EVERY_MS} requests a second of ${OPERATIONS} operations`);
  console.log(
    `p99 before ${p99Before.toFixed(1)} ms, in the 5 s after ${p99After.toFixed(1)} ms: ${(p99After / p99Before).toFixed(2)}x (asked: 1.2x)`,
  );
}

/** Times in milliseconds of requests sent at a steady pace, whether or not those before are answered. */
async function measure(gateway: PlatformProcess): Promise<number[]> {
  const running: Promise<number>[] = [];
  const endsAt = performance.now() + WINDOW_MS;
  for (let sent = 0; performance.now() < endsAt; sent++) {
    const [one = '', other = ''] = [FIELDS[sent % OPERATIONS], FIELDS[(sent * 7) % OPERATIONS]];
    const query = `query Pair${sent % OPERATIONS} { ${one} other: ${other} }`;
    running.push(
      postGraphQL(`${gateway.url}/graphql`, { query }).then(({ body, durationMs }) => {
        if (body.errors) throw new Error(JSON.stringify(body.errors));
        return durationMs;
      }),
    );
    await delay(EVERY_MS);
  }
  return Promise.all(running);
}

function p99(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? 0;
}

async function pause(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'tributary-swap-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'supergraph.graphql');
  const text = largeSupergraph(LARGE.subgraphs, LARGE.fields);
  await writeFile(file, text);
  const gateway = stack.use(
    await createPlatformProcess({
      name: 'gateway',
      main: 'gateway/src/main.ts',
      env: { SUPERGRAPH: file, NODE_ENV: 'production', OTEL_SDK_DISABLED: 'true' },
    }),
  );
  await gateway.start();
  await delay(2_000);
  await longestLagMs(gateway);
  await delay(2_000);
  const calmMs = await longestLagMs(gateway);

  const swapsMs: number[] = [];
  for (let swap = 1; swap <= LARGE_SWAPS; swap++) {
    const next = `${text}\n# ${swap}\n`;
    await writeFile(`${file}.next`, next);
    await rename(`${file}.next`, file);
    const digest = createHash('sha256').update(next).digest('hex');
    await waitUntil('the large supergraph is served', () => serves(gateway, digest), 60_000);
    swapsMs.push(await longestLagMs(gateway));
    await delay(2_000);
    await longestLagMs(gateway);
  }
  const sorted = swapsMs.toSorted((one, other) => one - other).map((ms) => ms.toFixed(0));
  console.log(
    `${LARGE.subgraphs} subgraphs, ${LARGE.fields} fields: in each of ${LARGE_SWAPS} swaps the event loop stood still for at most ${sorted.join(', ')} ms, the median ${sorted[Math.floor(LARGE_SWAPS / 2)]} ms (asked: 50 ms; without a swap ${calmMs.toFixed(0)} ms)`,
  );
}

/** Since it was asked for last. */
async function longestLagMs({ adminUrl }: PlatformProcess): Promise<number> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds\S* (\S+)$/m.exec(metrics)?.[1]) * 1_000;
}
