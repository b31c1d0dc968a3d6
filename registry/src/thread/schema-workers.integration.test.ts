import { createRegistry } from '@tributary/telemetry';
import { describe, expect, it } from 'vitest';
import { createSchemaWorkers } from './schema-workers.ts';

const small = { members: [{ name: 'a', routingUrl: 'http://a.test', sdl: 'type Query { a: Int }' }] };
/** Takes minutes: every type leads to every other, by keys that are not the same. */
const endless = {
  members: Array.from({ length: 60 }, (_, index) => ({
    name: `s${index}`,
    routingUrl: 'http://s.test',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable"])
      type Query { ${range(60, (n) => `r${index}x${n}: T${n}`)} }
      ${range(60, (n) => `type T${n} @key(fields: "id") { id: ID! ${range(60, (m) => `f${index}x${m}: T${m}`)} }`)}`,
  })),
};

function range(count: number, item: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => item(index)).join(' ');
}

describe('a schema that takes too long', () => {
  it('is refused, holds nobody else up, and is refused at once when it comes again', async () => {
    const registry = createRegistry('test', { processMetrics: false });
    await using workers = createSchemaWorkers({ threads: 2, timeoutMs: 4_000, registry });
    const refused = expect(workers.perform('compose', endless)).rejects.toMatchObject({
      code: 'SCHEMA_LIMIT_EXCEEDED',
      message: 'Composing the subgraphs with this schema takes longer than 4000 ms.',
    });
    expect(await workers.perform('compose', small)).toMatchObject({ composed: true });
    await refused;
    const startedAt = performance.now();
    await expect(workers.perform('compose', endless)).rejects.toMatchObject({
      code: 'SCHEMA_LIMIT_EXCEEDED',
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(await registry.metrics()).toContain(
      'registry_schema_task_duration_seconds_count{service="test",task="compose",outcome="timeout"} 1',
    );
  });
});

describe('a schema that takes too much memory', () => {
  it('costs its thread, not the process', async () => {
    await using workers = createSchemaWorkers({ threads: 1, timeoutMs: 60_000, maxHeapMb: 48 });
    await expect(workers.perform('compose', endless)).rejects.toMatchObject({
      code: 'SCHEMA_LIMIT_EXCEEDED',
      message: 'Composing the subgraphs with this schema needs more than 48 MB.',
    });
    expect(await workers.perform('compose', small)).toMatchObject({ composed: true });
  });
});

describe('a schema that is nested too deeply', () => {
  it('is not GraphQL, or does not compose: it ends no thread', async () => {
    await using workers = createSchemaWorkers({ threads: 1 });
    const sdl = `type Query { a: ${'['.repeat(200_000)}Int${']'.repeat(200_000)} }`;
    const read = await workers.perform('read', { subgraph: 'a', sdl });
    expect(read).toMatchObject({ valid: false, problem: { code: 'INVALID_GRAPHQL' } });
  });
});

describe('more schemas than there is room for', () => {
  it('are refused, and those that wait are read in their turn', async () => {
    await using workers = createSchemaWorkers({ threads: 1, maxWaiting: 2 });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => workers.perform('compose', small)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(outcomes[3]).toMatchObject({ reason: { code: 'SERVICE_UNAVAILABLE' } });
  });
});
