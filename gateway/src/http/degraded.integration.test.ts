import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const stack = new AsyncDisposableStack();
let library: Awaited<ReturnType<typeof startLibrary>>;
let gateway: TestGateway;
const query = '{ me: viewer { name loans { title price: fine } } }';

beforeAll(async () => {
  library = stack.use(await startLibrary());
  gateway = stack.use(await startTestGateway({ supergraphSdl: library.supergraphSdl }));
});
afterEach(async () => {
  for (const subgraph of Object.values(library.subgraphs)) subgraph.behave(undefined);
  await gateway.changePolicy('');
});
afterAll(() => stack.disposeAsync());

describe('extensions.degraded', () => {
  it('is not there where nothing is missing, nor for what is an answer', async () => {
    expect((await gateway.query(query)).extensions).toBeUndefined();
    const refused = await gateway.query('{ refused }');
    expect([refused.errors?.length, refused.extensions]).toEqual([1, undefined]);
  });

  it('says where, whose fault, why, and whether to ask again', async () => {
    library.subgraphs.fines.behave((_, response) => response.writeHead(503).end());
    const { data, extensions } = await gateway.query(query);
    expect(data).toMatchObject({ me: { name: 'Reader 1', loans: [{ price: null }, { price: null }] } });
    expect(extensions).toEqual({
      degraded: [
        {
          path: ['me', 'loans', '@', 'price'],
          subgraph: 'fines',
          reason: 'SUBGRAPH_UNAVAILABLE',
          retryable: true,
        },
      ],
    });
  });

  it.each(['compiled', 'complete'])(
    'says who answered with what is none of its type, with %s execution',
    async (mode) => {
      await gateway.changePolicy(`execution: { mode: ${mode} }`);
      const fine = { __typename: 'Loan', price: 'five' };
      library.subgraphs.fines.behave((_, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ data: { _entities: [fine, fine] } })),
      );
      const { errors, extensions } = await gateway.query(query);
      expect(errors).toMatchObject([
        { extensions: { subgraph: 'fines' } },
        { extensions: { subgraph: 'fines' } },
      ]);
      expect(extensions?.degraded).toMatchObject([
        {
          path: ['me', 'loans', '@', 'price'],
          subgraph: 'fines',
          reason: 'SUBGRAPH_MALFORMED_RESPONSE',
        },
      ]);
    },
  );

  it('says so of each operation of a batch, and beside a plan that was asked for', async () => {
    library.subgraphs.fines.behave((_, response) => response.writeHead(503).end());
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'tributary-explain': 'plan' },
      body: JSON.stringify([{ query }, { query: '{ loanCount }' }]),
    });
    expect(await response.json()).toMatchObject([
      { extensions: { queryPlan: expect.any(String), degraded: [{ subgraph: 'fines' }] } },
      { extensions: { queryPlan: expect.any(String) } },
    ]);
  });

  it('is silent where the policy says so', async () => {
    await gateway.changePolicy('responses: { degraded: false }');
    library.subgraphs.fines.behave((_, response) => response.writeHead(503).end());
    const { errors, extensions } = await gateway.query(query);
    expect([errors?.length, extensions]).toEqual([2, undefined]);
  });
});

describe('Server-Timing', () => {
  const timing = async () => (await gateway.query(query)).headers.get('server-timing') ?? '';

  it('has the time of each subgraph that was asked, and of the whole', async () => {
    const metrics = (await timing()).split(', ').filter((metric) => !metric.startsWith('trace'));
    expect(metrics.map((metric) => metric.replace(/dur=\d+(\.\d)?/, 'dur=n')).sort()).toEqual([
      'sg-fines;dur=n;desc="fines"',
      'sg-loans;dur=n;desc="loans"',
      'sg-readers;dur=n;desc="readers"',
      'total;dur=n',
    ]);
    const ms = (name: string) =>
      Number(metrics.find((each) => each.startsWith(name))?.match(/dur=([\d.]+)/)?.[1]);
    expect(ms('total')).toBeGreaterThanOrEqual(ms('sg-readers'));
  });

  it('has none of it where introspection is off, unless the policy says so', async () => {
    const { supergraphSdl } = library;
    await using closed = await startTestGateway({ supergraphSdl, introspection: false });
    const header = async () => (await closed.query(query)).headers.get('server-timing') ?? '';
    expect(await header()).not.toContain('dur=');
    await closed.changePolicy('responses: { subgraphTimings: true }');
    expect(await header()).toContain('sg-loans;dur=');
  });

  it('has none of it where the policy says so', async () => {
    await gateway.changePolicy('responses: { subgraphTimings: false }');
    expect(await timing()).not.toContain('dur=');
  });
});
