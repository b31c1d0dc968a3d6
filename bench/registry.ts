import { randomUUIDv7 } from 'node:crypto';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { compose } from '../registry/src/schema/compose.ts';
import { inputsDigest } from '../registry/src/schema/digest.ts';
import { readSdl } from '../registry/src/schema/read-sdl.ts';
import { saveComposition } from '../registry/src/store/compositions.ts';
import { insertRelease } from '../registry/src/store/releases.ts';
import { insertRevision } from '../registry/src/store/revisions.ts';
import { startTestRegistry } from '../registry/src/testing.ts';
import { largeOperation, largeSubgraphs } from './registry/large-subgraphs.ts';

/**
 * What a check costs in an environment of 200 subgraphs with 20,000 fields, over HTTP, embedded database: the first one of
 * a thread, later ones, and one that plans the operations of registered apps too; the CPU of all threads, which a busy machine
 * changes less than the time; and what the service's event loop feels.
 *
 * Usage: node bench/registry.ts [--subgraphs 200] [--fields 20000] [--operations 100]
 */
const { values } = parseArgs({
  options: {
    subgraphs: { type: 'string', default: '200' },
    fields: { type: 'string', default: '20000' },
    operations: { type: 'string', default: '100' },
  },
});
const count = Number(values.subgraphs);
const members = largeSubgraphs(count, Number(values.fields));
const operations = Array.from({ length: Number(values.operations) }, (_, index) => ({
  id: String(index),
  name: `Wide${index}`,
  body: largeOperation(index, 3, count),
  usedBy: 'app bench 1',
}));
let known: typeof operations = [];

await using registry = await startTestRegistry({
  workers: { threads: 1 },
  manifests: { operations: async () => known },
});
const environment = await registry.newEnvironment();
await seed();

const first = members[0];
if (first === undefined) throw new Error('no subgraphs');
const changed = (what: string) => first.sdl.replace('  u0x0: String\n', `  ${what}: String\n`);
await measured('check, the first of a thread', () => environment.check(first.name, changed('first')));
await measured('check, another', () => environment.check(first.name, changed('second')));
await measured('check, the same again', () => environment.check(first.name, changed('second')));
known = operations;
await measured(`check, with the plans of ${operations.length} operations`, () =>
  environment.check(first.name, changed('third'), { maxFetchDepthIncrease: 0 }),
);
await measured('publish of what was checked', () => environment.publish(first.name, changed('second')));

// Private:

async function measured(what: string, work: () => Promise<{ status: number; body: unknown }>): Promise<void> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const { status, body } = await work();
  const { user, system } = process.cpuUsage(before);
  const cpu = ((user + system) / 1e6).toFixed(1);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  histogram.disable();
  const delayMs = (histogram.max / 1e6).toFixed(0);
  console.log(
    `${what.padEnd(44)} ${seconds.padStart(6)} s, CPU ${cpu.padStart(5)} s   event loop ${delayMs.padStart(4)} ms at most`,
  );
  if (status >= 300) throw new Error(`${what}: ${JSON.stringify(body).slice(0, 500)}`);
}

/** One release of all, as if each had been published. */
async function seed(): Promise<void> {
  const startedAt = performance.now();
  const composition = compose(members);
  if (!composition.composed) throw new Error(JSON.stringify(composition.problems[0]));
  console.log(
    `${'compose'.padEnd(44)} ${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s`,
  );
  const at = new Date();
  const revisions = members.map((member) => {
    const read = readSdl(member.name, member.sdl);
    if (!read.valid) throw new Error(read.problem.message);
    return {
      id: randomUUIDv7(),
      subgraph: member.name,
      digest: read.digest,
      sdl: member.sdl,
      routing_url: member.routingUrl,
      commit_id: null,
      author: 'bench',
      created_at: at,
    };
  });
  await registry.database.db.transaction().execute(async (transaction) => {
    for (const revision of revisions) await insertRevision(transaction, revision);
    const inputs = inputsDigest(
      members.map(({ name, routingUrl }, index) => ({
        name,
        routingUrl,
        digest: revisions[index]?.digest ?? '',
      })),
    );
    await saveComposition(transaction, inputs, composition, at);
    await insertRelease(transaction, {
      environment: environment.name,
      composition: composition.digest,
      cause: 'publish',
      subgraph: null,
      revision: null,
      members: revisions,
      rolloutNotes: null,
      rollbackNotes: null,
      at,
    });
  });
}
