import { ResponseCache } from '../gateway/src/cache/response-cache.ts';
import {
  books,
  callerOf,
  entityRequest,
  json,
  rootRequest,
  scripted,
  type TestRequest,
} from '../gateway/src/cache/testing/scripted-client.ts';
import type { RawResponse } from '../gateway/src/subgraph/subgraph-client.ts';

// What the cache costs where it has nothing, what it takes where it has all, and what an entry weighs. The subgraph is a
// function in this process and nobody reads the answers, so that nothing but the cache differs. `npm run bench:cache`.

const ROUNDS = 20_000;
const PUBLIC = 'max-age=600, public';

async function cpuMicroseconds(run: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < ROUNDS / 4; i++) await run();
  const before = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ROUNDS;
}

async function measure(name: string, request: TestRequest, answer: RawResponse): Promise<void> {
  const unread: TestRequest = { ...request, read: () => ({ value: {}, errorCount: 0 }) };
  const clientFor = (response: RawResponse, targets?: ReadonlySet<string>) =>
    scripted(() => response, { targets }).client;
  const bypassed = clientFor(answer, new Set(['Other']));
  const refused = clientFor({ ...answer, cacheControl: 'no-store' });
  const kept = clientFor({ ...answer, cacheControl: PUBLIC });
  const own = clientFor({ ...answer, cacheControl: 'max-age=600' });
  let callers = 0;
  const rows = {
    'not looked at (another target)': await cpuMicroseconds(() => bypassed.send(unread)),
    'missed, not kept (no-store)': await cpuMicroseconds(() => refused.send(unread)),
    'missed and kept (another caller each time)': await cpuMicroseconds(() =>
      own.send({ ...unread, caller: callerOf(`${callers++}`) }),
    ),
    hit: await cpuMicroseconds(() => kept.send(unread)),
  };
  console.log(`\n${name}, ${answer.body.length} bytes: CPU per fetch, µs`);
  for (const [row, us] of Object.entries(rows))
    console.log(`  ${row.padEnd(44)}${us.toFixed(1).padStart(7)}`);
}

async function weigh(): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const cache = new ResponseCache();
  const { client, asked } = scripted(books(PUBLIC), { cache });
  for (let i = 0; cache.bytes < 60_000_000; i++) {
    await client.send(entityRequest(Array.from({ length: 20 }, (_, index) => `${i}-${index}`)));
    asked.length = 0;
  }
  globalThis.gc?.();
  const held = process.memoryUsage().heapUsed - before;
  const { bytes, size } = cache;
  console.log(
    `\n${size} small entities: ${bytes} bytes by its own count, ${held} by the heap's (--expose-gc)`,
  );
}

const ids = Array.from({ length: 20 }, (_, index) => `${index}`);
const twenty = entityRequest(ids);
await measure('20 entities', twenty, await books(undefined)(twenty));
const root = rootRequest({ body: JSON.stringify({ query: `{ top ${'x'.repeat(500)} }` }) });
await measure(
  'a root field',
  root,
  json({ data: { top: ids.map((id) => ({ id, title: 'A title of some length' })) } }),
);
await weigh();
