import { openDatabase } from '@tributary/database';
import { type PostgresqlServer, startPostgresqlServer } from '@tributary/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Tables } from './store/tables.ts';
import {
  LINK,
  MIGRATIONS,
  startTestRegistry,
  type TestEnvironment,
  type TestRegistry,
  testEnvironment,
} from './testing.ts';

/** Two registries, each with a pool and threads of its own, on one PostgreSQL server. */
let server: PostgresqlServer;
let registries: readonly TestRegistry[];
let sides: readonly TestEnvironment[];
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  server = stack.use(await startPostgresqlServer());
  const open = async () => {
    // Both migrate at once: one does, the other waits.
    const database = await openDatabase<Tables>({
      name: 'registry',
      url: server.url,
      migrations: MIGRATIONS,
    });
    stack.use(database);
    const registry = await startTestRegistry({ database: { db: database.db, url: server.url }, pollMs: 100 });
    return stack.use(registry);
  };
  const first = open();
  registries = [await first, await open()];
});
beforeEach(async () => {
  const [first, second] = registries;
  if (first === undefined || second === undefined) throw new Error('two registries were started');
  const environment = await first.newEnvironment();
  sides = [environment, testEnvironment(environment.name, second.send)];
});
afterAll(() => stack.disposeAsync());

async function baseOf(): Promise<string | null> {
  return (await side(0).list()).composition;
}
function side(index: number): TestEnvironment {
  const found = sides[index];
  if (found === undefined) throw new Error(`there is no side ${index}`);
  return found;
}

describe('two registries on one PostgreSQL', () => {
  it('let exactly one of two publishes through that cross and do not go together, in 50 rounds', async () => {
    await side(0).publish('users', 'type Query { me: Int }');
    for (let round = 0; round < 50; round++) {
      const expectBase = await baseOf();
      const sdl = (type: string) =>
        `${LINK}type Query { of${type}${round}: Thing${round} } type Thing${round} { a: ${type} @shareable }`;
      const answers = await Promise.all(
        ['Int', 'String'].map((type, index) => side(index).publish(`${type}s`, sdl(type), { expectBase })),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([201, 409]);
      await side(round % 2).retire(statuses[0] === 201 ? 'Ints' : 'Strings');
    }
  });

  it('let all publishes through that go together, each once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `part${index}`);
    const answers = await Promise.all(
      names.map((name, index) => side(index % 2).publish(name, `type Query { ${name}: Int }`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    expect((await side(1).list()).release).toBe(20);
    expect((await side(0).list()).subgraphs.map(({ name }) => name)).toEqual(names.toSorted());
  });

  it('tell each other’s gateways of a release', async () => {
    await side(0).publish('a', 'type Query { a: Int }');
    const etag = (await side(1).supergraph()).headers.get('etag') ?? '';
    const waiting = side(1).supergraph({ 'if-none-match': etag }, '?wait=20');
    await side(0).publish('a', 'type Query { changed: Int }');
    expect((await waiting).body).toContain('changed');
  });

  it('lose nothing that was acknowledged when the database crashes, and go on after its restart', async () => {
    await side(0).publish('a', 'type Query { a: Int }');
    const etag = (await side(0).supergraph()).headers.get('etag') ?? '';
    const waiting = side(1).supergraph({ 'if-none-match': etag }, '?wait=50');
    // It waits when a later request, which asks the database more, has been answered.
    await side(1).list();
    await server.stop('immediate');
    const refused = await side(0).publish('b', 'type Query { b: Int }');
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'SERVICE_UNAVAILABLE' } } });
    await server.start();
    expect((await side(0).list()).subgraphs.map(({ name }) => name)).toEqual(['a']);
    await vi.waitFor(async () => {
      expect((await side(0).publish('b', 'type Query { b: Int }')).status).toBe(201);
    });
    expect((await waiting).body).toContain('b: Int');
  });

  it('go on with a release that waits for its replicas when the database has crashed', async () => {
    const [one, two] = registries;
    const attest = (registry: TestRegistry | undefined, digest: unknown) =>
      registry?.send('POST', `${side(0).path}/attestations`, { subgraph: 'a', replica: 'r1', digest });
    const first = await side(0).publish('a', 'type Query { a: Int }');
    await attest(one, first.body.revision);
    const second = await side(1).publish('a', 'type Query { a: Int b: Int }');
    expect(second.body).toMatchObject({ state: 'waiting' });
    await server.stop('immediate');
    expect(await attest(two, second.body.revision)).toMatchObject({ status: 503 });
    await server.start();
    await vi.waitFor(async () =>
      expect(await attest(two, second.body.revision)).toMatchObject({ status: 200 }),
    );
    expect((await side(0).supergraph()).headers.get('tributary-release')).toBe('2');
  });
});
