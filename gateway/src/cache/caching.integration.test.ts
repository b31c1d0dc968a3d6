import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { LIBRARY, startLibrary, startTestGateway } from '../testing/index.ts';

const READERS = '{ readers(first: 3) { id name balance } }';
const HINTS = 'cache: { hints: true }';

describe('a gateway with a cache', () => {
  it('keeps nothing unless it is asked to', async () => {
    await using library = await start({}, 'max-age=60, public');
    for (let i = 0; i < 2; i++) await library.gateway.query(READERS);
    expect(library.asked('readers')).toBe(2);
    expect(library.asked('fines')).toBe(2);
  });

  it.each(['compiled', 'complete'])('answers from it as the subgraphs would, when %s', async (mode) => {
    await using library = await start(
      { policy: `${HINTS}\nexecution: { mode: ${mode} }` },
      'max-age=60, public',
    );
    const first = await library.gateway.query('{ readers(first: 2) { id name balance } }');
    const { data } = await library.gateway.query(READERS);
    expect(first.errors).toBeUndefined();
    expect(data).toEqual({
      readers: [1, 2, 3].map((id) => ({ id: `${id}`, name: `Reader ${id}`, balance: 12 })),
    });
    expect(library.entitiesAsked('fines')).toEqual([['1', '2'], ['3']]);
    await library.gateway.query(READERS);
    expect([library.asked('readers'), library.asked('fines')]).toEqual([2, 2]);
  });

  it.each(['compiled', 'complete'])('puts errors about the rest at their places, when %s', async (mode) => {
    await using library = await start(
      { policy: `${HINTS}\nexecution: { mode: ${mode} }` },
      'max-age=60, public',
    );
    await library.gateway.query('{ readers(first: 1) { id balance } }');
    library.answer('fines', {
      data: { _entities: [{ balance: 7 }, { balance: null }] },
      errors: [{ message: 'no', path: ['_entities', 1, 'balance'], extensions: { code: 'FORBIDDEN' } }],
    });
    const { data, errors } = await library.gateway.query(READERS);
    expect(data?.readers).toMatchObject([{ balance: 12 }, { balance: 7 }, { balance: null }]);
    expect(errors).toMatchObject([{ path: ['readers', 2, 'balance'], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('stands in for a subgraph that is gone, and says what is old', async () => {
    const hint = 'max-age=0, public, stale-if-error=600';
    await using library = await start({ policy: HINTS }, hint);
    const fresh = await library.gateway.query(READERS);
    await library.stop('fines');
    const { data, errors, extensions } = await library.gateway.query(READERS);
    expect([data, errors]).toEqual([fresh.data, undefined]);
    expect(extensions?.degraded).toMatchObject([
      { subgraph: 'fines', reason: 'STALE', retryable: true, path: ['readers', '@'] },
    ]);
  });

  it('stands in while a breaker is open', async () => {
    const policy = `${HINTS}\ntraffic: { subgraphs: { fines: { retry: { enabled: false } } } }`;
    await using library = await start({ policy }, 'max-age=0, public, stale-if-error=600');
    await library.gateway.query(READERS);
    await library.stop('fines');
    for (let i = 0; i < 40; i++) {
      const { data, errors } = await library.gateway.query(READERS);
      expect([data?.readers, errors]).toMatchObject([
        [{ balance: 12 }, { balance: 12 }, { balance: 12 }],
        undefined,
      ]);
    }
    expect(await library.gateway.registry.metrics()).toMatch(/subgraph_circuit_\w+\{[^}]*fines[^}]*\} [1-9]/);
  });

  it('reads nothing from it behind a mutation of the same request', async () => {
    await using library = await start({ policy: HINTS }, 'max-age=60, public');
    await library.gateway.query('{ viewer { id balance } }');
    await library.gateway.query('mutation { rename(name: "x") { id balance } }');
    expect(library.asked('fines')).toBe(2);
  });

  it('forgets by tags', async () => {
    await using library = await start({ policy: HINTS }, 'max-age=60, public');
    await library.gateway.query(READERS);
    expect(await library.gateway.invalidate(['Reader:{"id":"2"}'])).toEqual({
      entries: 1,
      isEverywhere: true,
    });
    await library.gateway.query(READERS);
    expect(library.entitiesAsked('fines')).toEqual([['1', '2', '3'], ['2']]);
  });

  it('lives on when the policy changes', async () => {
    await using library = await start({ policy: HINTS }, 'max-age=60, public');
    await library.gateway.query(READERS);
    await library.gateway.changePolicy(`${HINTS}\nlimits: { depth: 9 }`);
    await library.gateway.query(READERS);
    expect(library.asked('fines')).toBe(1);
    await library.gateway.changePolicy('cache: { hints: true, subgraphs: { fines: { enabled: false } } }');
    await library.gateway.query(READERS);
    expect([library.asked('fines'), library.asked('readers')]).toEqual([2, 1]);
  });

  it('keeps what the policy gives a time where the subgraph says nothing', async () => {
    const policy = 'cache: { subgraphs: { fines: { maxAgeMs: 60000, scope: public, targets: [Reader] } } }';
    await using library = await start({ policy });
    for (let i = 0; i < 2; i++) await library.gateway.query(READERS);
    expect([library.asked('fines'), library.asked('readers')]).toEqual([1, 2]);
  });
});

type Name = keyof typeof LIBRARY;

/** The library whose answers have this cache-control. */
async function start(options: { readonly policy?: string }, cacheControl?: string) {
  const stack = new AsyncDisposableStack();
  const library = stack.use(await startLibrary());
  const gateway = stack.use(await startTestGateway({ supergraphSdl: library.supergraphSdl, ...options }));
  const bodies: { readonly name: Name; readonly representations: readonly { id: string }[] | undefined }[] =
    [];
  const scripted = new Map<Name, object>();
  for (const name of Object.keys(LIBRARY) as Name[]) {
    const { typeDefs, resolvers } = LIBRARY[name];
    // @apollo/subgraph declares resolvers with an index signature that object literals do not have.
    const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
    library.subgraphs[name].behave(async (request, response) => {
      const { query: source, variables } = JSON.parse(await text(request)) as {
        readonly query: string;
        readonly variables?: Readonly<Record<string, readonly { id: string }[]>>;
      };
      bodies.push({ name, representations: Object.values(variables ?? {}).find(Array.isArray) });
      const result = scripted.get(name) ?? (await graphql({ schema, source, variableValues: variables }));
      response
        .writeHead(200, {
          'content-type': 'application/json',
          ...(cacheControl && { 'cache-control': cacheControl }),
        })
        .end(JSON.stringify(result));
    });
  }
  return {
    gateway,
    asked: (name: Name) => bodies.filter((body) => body.name === name).length,
    entitiesAsked: (name: Name) =>
      bodies.filter((body) => body.name === name).map((body) => body.representations?.map(({ id }) => id)),
    answer: (name: Name, result: object) => scripted.set(name, result),
    stop: (name: Name) => library.subgraphs[name].stop(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
