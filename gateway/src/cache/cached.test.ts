import { TributaryError } from '@tributary/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestReport } from '../subgraph/request-report.ts';
import type { RawResponse } from '../subgraph/subgraph-client.ts';
import {
  books,
  callerOf,
  entitiesOf,
  entityRequest,
  failing,
  idsIn,
  json,
  rootRequest,
  SIGNED_OUT,
  scripted,
} from './testing/scripted-client.ts';

const PUBLIC = 'max-age=60, public';
const NO_DEFAULTS = { maxAgeMs: undefined, isPublic: false, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

describe('root fields', () => {
  it('asks once while the answer is fresh', async () => {
    const { client, asked } = scripted(() => json({ data: { top: 'ü' } }, { cacheControl: PUBLIC }));
    expect(await client.send(rootRequest())).toEqual({ data: { top: 'ü' } });
    vi.advanceTimersByTime(59_000);
    expect(await client.send(rootRequest())).toEqual({ data: { top: 'ü' } });
    expect(asked).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    await client.send(rootRequest());
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['without cache-control', () => json({ data: { top: 1 } })],
    ['with no-store', () => json({ data: { top: 1 } }, { cacheControl: 'no-store' })],
    ['with errors', () => json({ data: { top: 1 }, errors: [{ message: 'x' }] }, { cacheControl: PUBLIC })],
    ['without data', () => json({ data: null, errors: [{ message: 'x' }] }, { cacheControl: PUBLIC })],
    ['under another status', () => json({ data: { top: 1 } }, { cacheControl: PUBLIC, status: 203 })],
  ])('does not keep an answer %s', async (_case, respond) => {
    const { client, asked } = scripted(respond);
    const first = await client.send(rootRequest());
    expect(await client.send(rootRequest())).toEqual(first);
    expect(asked).toHaveLength(2);
  });

  it('keeps the memory of an answer that it may still cut', async () => {
    const { client } = scripted(() => json({ data: { top: 1 } }, { cacheControl: PUBLIC, ownsBody: true }));
    const read = vi.fn(({ body }: RawResponse) => ({ value: JSON.parse(body.toString()), errorCount: 0 }));
    await client.send(rootRequest({ read }));
    expect(read.mock.calls.map(([{ ownsBody }]) => ownsBody)).toEqual([false]);
  });

  it('tells bodies apart', async () => {
    const { client } = scripted(({ body }) => json({ data: { body } }, { cacheControl: PUBLIC }));
    await client.send(rootRequest({ body: '{"query":"{ a }"}' }));
    expect(await client.send(rootRequest({ body: '{"query":"{ b }"}' }))).toEqual({
      data: { body: '{"query":"{ b }"}' },
    });
  });

  it('never keeps or answers a mutation', async () => {
    const { client, asked } = scripted(() => json({ data: { top: 1 } }, { cacheControl: PUBLIC }));
    for (let i = 0; i < 2; i++) await client.send(rootRequest({ operationKind: 'mutation' }));
    expect(asked).toHaveLength(2);
  });

  it('keeps only the targets that the policy names', async () => {
    const { client, asked } = scripted(() => json({ data: { top: 1 } }, { cacheControl: PUBLIC }), {
      targets: new Set(['Query.top']),
    });
    for (let i = 0; i < 2; i++) await client.send(rootRequest());
    for (let i = 0; i < 2; i++)
      await client.send(rootRequest({ targets: ['Query.top', 'Query.other'], body: 'x' }));
    expect(asked).toEqual([rootRequest().body, 'x', 'x']);
  });

  it('reads nothing for a request that has changed something, and keeps what it gets', async () => {
    let version = 1;
    const { client, asked } = scripted(() => json({ data: { version } }, { cacheControl: PUBLIC }));
    await client.send(rootRequest());
    version = 2;
    const report = new RequestReport();
    report.hasMutated = true;
    expect(await client.send(rootRequest({ report }))).toEqual({ data: { version: 2 } });
    expect(await client.send(rootRequest())).toEqual({ data: { version: 2 } });
    expect(asked).toHaveLength(2);
  });
});

describe('entities', () => {
  it('asks only for those that are not there, and answers all in order', async () => {
    const { client, asked } = scripted(books(PUBLIC));
    await client.send(entityRequest(['2', '4']));
    const { data } = await client.send(entityRequest(['1', '2', '3', '4', '5']));
    expect(data?._entities).toMatchObject(['1', '2', '3', '4', '5'].map((id) => ({ id })));
    await client.send(entityRequest(['5', '1']));
    expect(asked).toEqual(['2 4', '1 3 5']);
  });

  it('keeps the parts of a request apart', async () => {
    const { client, asked } = scripted(books(PUBLIC));
    const send = (a: string[], b: string[]) => {
      const entities = entitiesOf([
        ['a', a],
        ['b', b],
      ]);
      return client.send(
        entityRequest([], { entities, body: entities.bodyFor(entities.parts.map((p) => p.representations)) }),
      );
    };
    await send(['1'], ['2']);
    const { data } = await send(['1', '2'], ['1', '2']);
    expect(data).toMatchObject({ a: [{ id: '1' }, { id: '2' }], b: [{ id: '1' }, { id: '2' }] });
    expect(asked).toEqual(['1 2', '2 1']);
  });

  it('does not keep null that nobody has hinted at', async () => {
    const none = ({ body }: { body: string }) =>
      json({
        data: {
          _entities: idsIn(body)
            .flat()
            .map(() => null),
        },
      });
    const byPolicy = scripted(none, { defaults: { ...NO_DEFAULTS, maxAgeMs: 1_000 } });
    const byHint = scripted((request) => ({ ...none(request), cacheControl: PUBLIC }));
    for (const { client } of [byPolicy, byHint]) {
      await client.send(entityRequest(['1']));
      expect(await client.send(entityRequest(['1']))).toEqual({ data: { _entities: [null] } });
    }
    expect([byPolicy.asked.length, byHint.asked.length]).toEqual([2, 1]);
  });

  it('puts the errors of a partial answer where they belong, and keeps nothing of it', async () => {
    const { client, asked, respond } = scripted(books(PUBLIC));
    await client.send(entityRequest(['1', '3']));
    respond(() =>
      json(
        {
          data: { _entities: [{ id: 'ü', n: 2 }, null] },
          errors: [{ message: 'gone', path: ['_entities', 1, 'title'] }, { message: 'somewhere' }],
        },
        { cacheControl: PUBLIC },
      ),
    );
    const answer = await client.send(entityRequest(['1', '2', '3', '4']));
    expect(answer).toMatchObject({
      data: { _entities: [{ id: '1' }, { id: 'ü', n: 2 }, { id: '3' }, null] },
      errors: [{ message: 'gone', path: ['_entities', 3, 'title'] }, { message: 'somewhere' }],
    });
    await client.send(entityRequest(['2', '4']));
    expect(asked).toEqual(['1 3', '2 4', '2 4']);
  });

  it('passes on that there is no data at all', async () => {
    const { client, respond } = scripted(books(PUBLIC));
    await client.send(entityRequest(['1']));
    respond(() => json({ data: null, errors: [{ message: 'no' }] }));
    expect(await client.send(entityRequest(['1', '2']))).toEqual({ data: null, errors: [{ message: 'no' }] });
  });

  it.each([
    ['as many as there are in all', [{}, {}]],
    ['none', []],
    ['no list', 'x'],
  ])('takes %s for a failure when it asked for one', async (_case, _entities) => {
    const { client, respond } = scripted(books(PUBLIC));
    await client.send(entityRequest(['1']));
    respond(() => json({ data: { _entities } }));
    await expect(client.send(entityRequest(['1', '2']))).rejects.toMatchObject({
      code: 'SUBGRAPH_MALFORMED_RESPONSE',
    });
  });
});

describe('stale answers', () => {
  const SWR = 'max-age=10, public, stale-while-revalidate=30';
  const SIE = 'max-age=10, public, stale-if-error=100';

  it('are given at once, told as such, and asked for again one at a time', async () => {
    let version = 1;
    const answers = { open: Promise.withResolvers<void>() };
    const { client, asked, respond } = scripted(() => json({ data: { version } }, { cacheControl: SWR }));
    await client.send(rootRequest());
    vi.advanceTimersByTime(15_000);
    version = 2;
    respond(async () => {
      await answers.open.promise;
      return json({ data: { version } }, { cacheControl: SWR });
    });
    for (let i = 0; i < 5; i++) {
      const request = rootRequest({ path: ['a'] });
      expect(await client.send(request)).toEqual({ data: { version: 1 } });
      expect(request.report.degraded).toEqual([
        { path: ['a'], subgraph: 'books', reason: 'STALE', retryable: true, ageSeconds: 15 },
      ]);
    }
    expect(asked).toHaveLength(2);
    answers.open.resolve();
    await vi.waitFor(async () => expect(await client.send(rootRequest())).toEqual({ data: { version: 2 } }));
    expect(asked).toHaveLength(2);
  });

  it('are asked for in the open once they are too old', async () => {
    const { client, asked } = scripted(books(SWR));
    await client.send(entityRequest(['1']));
    vi.advanceTimersByTime(41_000);
    const request = entityRequest(['1']);
    await client.send(request);
    expect([asked.length, request.report.degraded]).toEqual([2, []]);
  });

  it('are asked for with the others where something is asked for anyway', async () => {
    const { client, asked } = scripted(books(SWR));
    await client.send(entityRequest(['1']));
    vi.advanceTimersByTime(15_000);
    const request = entityRequest(['1', '2']);
    await client.send(request);
    expect([asked, request.report.degraded]).toEqual([['1', '1 2'], []]);
  });

  it('are not asked for again right after that has failed', async () => {
    const { client, asked, respond } = scripted(books(SWR));
    await client.send(entityRequest(['1']));
    vi.advanceTimersByTime(15_000);
    respond(failing('SUBGRAPH_UNAVAILABLE'));
    for (let i = 0; i < 5; i++) {
      await client.send(entityRequest(['1']));
      await Promise.resolve();
    }
    expect(asked).toHaveLength(2);
    vi.advanceTimersByTime(1_100);
    await client.send(entityRequest(['1']));
    expect(asked).toHaveLength(3);
  });

  it('are asked for again for so many at once only', async () => {
    const { client, asked, respond } = scripted(books(SWR));
    for (const id of ['1', '2', '3', '4']) await client.send(entityRequest([id]));
    vi.advanceTimersByTime(15_000);
    respond(() => new Promise(() => {}));
    for (const id of ['1', '2', '3', '4']) await client.send(entityRequest([id]));
    expect(asked).toHaveLength(4 + 2);
  });

  it.each(['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_TIMEOUT', 'SUBGRAPH_CIRCUIT_OPEN'] as const)(
    'stand in for a subgraph that fails with %s',
    async (code) => {
      const { client, respond, logs } = scripted(books(SIE));
      await client.send(entityRequest(['1', '2']));
      vi.advanceTimersByTime(60_000);
      respond(failing(code));
      const request = entityRequest(['2', '1']);
      expect(await client.send(request)).toMatchObject({ data: { _entities: [{ id: '2' }, { id: '1' }] } });
      expect(request.report.degraded).toMatchObject([{ reason: 'STALE', ageSeconds: 60 }]);
      expect(logs.lines).toMatchObject([
        { msg: 'fetch failed, an old answer stands in', subgraph: 'books', code, ageSeconds: 60 },
      ]);
      vi.advanceTimersByTime(60_000);
      await expect(client.send(entityRequest(['1']))).rejects.toMatchObject({ code });
    },
  );

  it('stand in for an answer that is the server’s fault as a whole', async () => {
    const { client, respond } = scripted(() => json({ data: { top: 1 } }, { cacheControl: SIE }));
    await client.send(rootRequest());
    vi.advanceTimersByTime(60_000);
    respond(() => json({ errors: [{ message: 'database away' }] }));
    const read = rootRequest().read;
    const request = rootRequest({
      read: (response) => ({ ...read(response), isServerFault: response.body.includes('away') }),
    });
    expect(await client.send(request)).toEqual({ data: { top: 1 } });
    expect(request.report.degraded).toHaveLength(1);
  });

  it('do not stand in where one of several is missing, or must be valid', async () => {
    const { client, respond } = scripted(books(SIE));
    await client.send(entityRequest(['1']));
    vi.advanceTimersByTime(60_000);
    respond(failing('SUBGRAPH_TIMEOUT'));
    await expect(client.send(entityRequest(['1', '2']))).rejects.toBeInstanceOf(TributaryError);
    const strict = scripted(books('max-age=10, public, must-revalidate, stale-if-error=60'));
    await strict.client.send(entityRequest(['1']));
    vi.advanceTimersByTime(20_000);
    strict.respond(failing('SUBGRAPH_TIMEOUT'));
    await expect(strict.client.send(entityRequest(['1']))).rejects.toBeInstanceOf(TributaryError);
  });

  it('never hide a fault of the gateway', async () => {
    const { client, respond } = scripted(books(SIE));
    await client.send(entityRequest(['1']));
    vi.advanceTimersByTime(60_000);
    respond(() => {
      throw new TypeError('a bug');
    });
    await expect(client.send(entityRequest(['1']))).rejects.toBeInstanceOf(TypeError);
  });
});

describe('whose answers', () => {
  const [mia, leo] = [callerOf('mia'), callerOf('leo')];
  const ask = async (client: ReturnType<typeof scripted>['client'], caller = SIGNED_OUT) =>
    (await client.send(entityRequest(['1'], { caller }))).data?._entities as { for: string | null }[];

  it.each(['max-age=60', 'max-age=60, private'])('are one caller’s own with %s', async (cacheControl) => {
    const { client, asked } = scripted(books(cacheControl));
    for (const caller of [mia, leo, SIGNED_OUT, mia, leo, SIGNED_OUT]) {
      expect(await ask(client, caller)).toMatchObject([{ for: caller.identity.subject }]);
    }
    expect(asked).toHaveLength(3);
  });

  it('are everybody’s with public', async () => {
    const { client, asked } = scripted(books(PUBLIC));
    for (const caller of [mia, leo, SIGNED_OUT]) await ask(client, caller);
    expect(asked).toHaveLength(1);
  });

  it('are everybody’s where the policy says so of answers that say nothing', async () => {
    const { client, asked } = scripted(books(undefined), {
      defaults: { ...NO_DEFAULTS, maxAgeMs: 1_000, isPublic: true },
    });
    for (const caller of [mia, leo, SIGNED_OUT]) await ask(client, caller);
    expect(asked).toHaveLength(1);
  });
});

describe('invalidation', () => {
  it('makes it ask again, by type, entity, subgraph, root field and the subgraph’s own tags', async () => {
    const { client, asked, cache } = scripted(async (request) =>
      request.entities
        ? { ...(await books(PUBLIC)(request)), cacheTag: 'shelf-7' }
        : json({ data: {} }, { cacheControl: PUBLIC }),
    );
    const fill = async () => {
      await client.send(entityRequest(['1', '2']));
      await client.send(rootRequest());
      return asked.splice(0).join(' | ');
    };
    await fill();
    const root = rootRequest().body;
    for (const [tag, again, entries] of [
      ['Book:{ "id": "2" }', '2', 1],
      ['type:Book', '1 2', 2],
      ['shelf-7', '1 2', 2],
      ['Query.top', root, 1],
      ['subgraph:books', `1 2 | ${root}`, 3],
      ['subgraph:other', '', 0],
    ] as const) {
      expect(await cache.invalidate([tag])).toMatchObject({ entries });
      expect(await fill()).toBe(again);
    }
  });

  it('keeps nothing that was on its way when it came', async () => {
    const { client, asked, cache, respond } = scripted(books(PUBLIC));
    respond(async (request) => {
      const old = await books(PUBLIC)(request);
      await cache.invalidate(['type:Book']);
      return old;
    });
    await client.send(entityRequest(['1']));
    respond(books(PUBLIC));
    await client.send(entityRequest(['1']));
    expect(asked).toHaveLength(2);
  });
});

it('counts what it did', async () => {
  const { client, registry } = scripted(books(PUBLIC));
  await client.send(entityRequest(['1', '2']));
  await client.send(entityRequest(['1', '2', '3']));
  const text = await registry.metrics();
  expect(text).toMatch(/cache_lookups_total\{subgraph="books",outcome="hit",service="gateway"\} 2\n/);
  expect(text).toMatch(/cache_lookups_total\{subgraph="books",outcome="miss",service="gateway"\} 3\n/);
  expect(text).toMatch(/cache_entries\{service="gateway"\} 3\n/);
});
