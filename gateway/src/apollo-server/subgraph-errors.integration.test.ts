import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Behaviour, startLibrary } from '../testing/index.ts';
import { TributaryGateway } from './index.ts';
import { answers } from './testing/behaviours.ts';
import { type Answer, type RunningApolloServer, startApolloServer } from './testing/start-apollo-server.ts';

type Library = Awaited<ReturnType<typeof startLibrary>>;
type SubgraphName = keyof Library['subgraphs'];

const LOANS = '{ readers(first: 2) { id name loans { title dueInDays } } }';
const failed = (...path: (string | number)[]) => ({ message: 'failed', path });
const dueIn = (...days: (number | null)[]) => ({ _entities: days.map((dueInDays) => ({ dueInDays })) });
const hangUp: Behaviour = (request) => request.socket.destroy();

let library: Library;
const servers: Record<string, RunningApolloServer> = {};

beforeAll(async () => {
  // @apollo/gateway sends data of the host to its vendor otherwise.
  vi.stubEnv('APOLLO_TELEMETRY_DISABLED', 'true');
  library = await startLibrary();
  const { supergraphSdl } = library;
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const buildService = ({ url = '' }) => new RemoteGraphQLDataSource({ url });
  const gateways = {
    stock: new ApolloGateway({ supergraphSdl, logger }),
    ours: new TributaryGateway({ supergraphSdl, logger }),
    'ours with data sources': new TributaryGateway({ supergraphSdl, logger, buildService }),
  };
  for (const [name, gateway] of Object.entries(gateways))
    servers[name] = await startApolloServer({ gateway });
});

afterAll(async () => {
  for (const server of Object.values(servers)) await server[Symbol.asyncDispose]();
  await library?.[Symbol.asyncDispose]();
});

describe('the whole answer is that of ApolloGateway where a subgraph', () => {
  it.each<[string, SubgraphName, string, unknown]>([
    [
      'fails at one entity of several',
      'fines',
      LOANS,
      { data: dueIn(1, 2, null, 4), errors: [failed('_entities', 2, 'dueInDays')] },
    ],
    [
      'fails at every entity',
      'fines',
      '{ readers(first: 2) { balance } }',
      {
        data: { _entities: [{ balance: null }, null] },
        errors: [failed('_entities', 0, 'balance'), failed('_entities', 1)],
      },
    ],
    ['fails at a field that cannot be null', 'loans', '{ loanCount viewer { name } }', gone('loanCount')],
    ['fails under an alias', 'readers', '{ me: viewer { name } }', gone('me')],
    ['says nothing about its error', 'readers', '{ viewer { name } }', gone('viewer', { message: '' })],
    [
      'gives a code and more',
      'readers',
      '{ viewer { name } }',
      gone('viewer', { extensions: { code: 'LOCKED', until: [1, { a: null }], serviceName: 'another' } }),
    ],
    [
      'fails beside data',
      'readers',
      '{ viewer { id name } }',
      { data: { viewer: { id: '1', name: 'N' } }, errors: [failed('viewer', 'name')] },
    ],
    ['answers null for all', 'readers', '{ viewer { name balance } }', { data: { viewer: null } }],
    ['knows no such entity', 'fines', '{ viewer { name balance } }', { data: { _entities: [null] } }],
  ])('%s', async (_, subgraph, query, body) => {
    const {
      stock,
      ours,
      'ours with data sources': withDataSources,
    } = await askAll(query, {
      [subgraph]: answers(body),
    });
    expect(stock?.errors ?? stock?.data).toBeDefined();
    expect(ours).toEqual(stock);
    expect(withDataSources).toEqual(stock);
  });
});

describe('data is that of ApolloGateway, but errors', () => {
  it('name the place and the subgraph where a whole fetch fails, and no address', async () => {
    const { stock, ours } = await askAll('{ readers(first: 2) { name balance } }', { fines: hangUp });
    expect(ours?.data).toEqual(stock?.data);
    expect(stock?.errors).toEqual([
      { message: expect.stringContaining('http://127.0.0.1'), extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    const message = 'The subgraph fines could not be reached';
    const extensions = { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'fines' };
    expect(ours?.errors).toEqual([
      { message, path: ['readers', 0, 'balance'], extensions },
      { message, path: ['readers', 1, 'balance'], extensions },
    ]);
  });

  it('name the place where a subgraph names none', async () => {
    const { stock, ours } = await askAll('{ viewer { name balance } }', {
      fines: answers({ errors: [{ message: 'failed', extensions: { code: 'X' } }] }),
    });
    expect(ours?.data).toEqual(stock?.data);
    const error = { message: 'failed', extensions: { code: 'X', serviceName: 'fines' } };
    expect(stock?.errors).toEqual([error]);
    expect(ours?.errors).toEqual([{ ...error, path: ['viewer', 'balance'] }]);
  });

  it.each([
    ['null where none may be', null, 'Cannot return null for non-nullable field Query.loanCount.'],
    ['a value of another type', 'three', 'Subgraph answer for Query.loanCount is not a valid Int'],
  ])('are errors where a subgraph answers %s, not extensions.valueCompletion', async (_, value, message) => {
    const { stock, ours } = await askAll('{ loanCount }', { loans: answers({ data: { loanCount: value } }) });
    expect(stock).toMatchObject({ data: null, extensions: { valueCompletion: [{ path: ['loanCount'] }] } });
    expect(stock?.errors).toBeUndefined();
    const extensions = { code: 'SUBGRAPH_MALFORMED_RESPONSE', serviceName: 'loans' };
    expect(ours).toMatchObject({ data: null, errors: [{ message, path: ['loanCount'], extensions }] });
  });

  it('with a body that is GraphQL count whatever the status, without a data source', async () => {
    const { stock, ours } = await askAll('{ viewer { name } }', {
      readers: answers({ data: null, errors: [failed('viewer')] }, { status: 401 }),
    });
    expect(stock?.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'readers' };
    expect(ours?.errors).toEqual([{ message: 'failed', path: ['viewer'], extensions }]);
  });
});

type Comparable = Omit<Answer, 'headers'>;

async function askAll(query: string, behaviours: Partial<Record<SubgraphName, Behaviour>>) {
  const entries = Object.entries(behaviours) as [SubgraphName, Behaviour][];
  for (const [name, behaviour] of entries) library.subgraphs[name].behave(behaviour);
  try {
    const given: Record<string, Comparable> = {};
    for (const [name, server] of Object.entries(servers)) {
      const { headers: _, ...answer } = await server.ask(query);
      given[name] = answer;
    }
    return given;
  } finally {
    for (const [name] of entries) library.subgraphs[name].behave(undefined);
  }
}

function gone(field: string, error: object = {}) {
  return { data: null, errors: [{ ...failed(field), ...error }] };
}
