import {
  type GraphQLDataSource,
  type GraphQLDataSourceProcessOptions,
  LocalCompose,
  LocalGraphQLDataSource,
  RemoteGraphQLDataSource,
} from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { LIBRARY, startLibrary } from '../testing/index.ts';
import { TributaryGateway, type TributaryGatewayOptions } from './index.ts';
import { answers } from './testing/behaviours.ts';
import { type Context, startApolloServer } from './testing/start-apollo-server.ts';

type Library = Awaited<ReturnType<typeof startLibrary>>;

/** A RemoteGraphQLDataSource of which the test overrides hooks. */
const remote =
  (hooks: Partial<RemoteGraphQLDataSource<Context>>) =>
  ({ url = '' }) =>
    Object.assign(new RemoteGraphQLDataSource<Context>({ url }), hooks);

const start = (
  { supergraphSdl }: Library,
  options: Partial<TributaryGatewayOptions>,
  plugins: Parameters<typeof startApolloServer>[0]['plugins'] = [],
) =>
  startApolloServer({
    gateway: new TributaryGateway({
      supergraphSdl,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      ...options,
    }),
    plugins,
  });

describe('a RemoteGraphQLDataSource of buildService', () => {
  it('writes headers from the context of the request', async () => {
    await using library = await startLibrary();
    const buildService = remote({
      willSendRequest({ request, context }) {
        if (context.authorization) request.http?.headers.set('authorization', context.authorization);
      },
    });
    await using server = await start(library, { buildService });
    await server.ask('{ viewer { name loans { fine } } }', { authorization: 'Bearer 7' });
    const { readers, loans, fines } = library.subgraphs;
    const received = [readers, loans, fines].map(({ received }) => received.at(-1)?.headers.authorization);
    expect(received).toEqual(['Bearer 7', 'Bearer 7', 'Bearer 7']);
  });

  it('is told what is asked, where the answer goes, and for which request', async () => {
    await using library = await startLibrary();
    const seen: object[] = [];
    const buildService = remote({
      willSendRequest(options: GraphQLDataSourceProcessOptions<Context>) {
        const { kind, request, context } = options;
        if (!('incomingRequestContext' in options)) return;
        const { incomingRequestContext, pathInIncomingRequest } = options;
        seen.push({
          kind,
          pathInIncomingRequest,
          variables: request.variables,
          client: incomingRequestContext.request.query,
          isSameContext: incomingRequestContext.context === context,
        });
      },
    });
    await using server = await start(library, { buildService });
    const query = '{ readers(first: 2) { balance } }';
    await server.ask(query);
    const always = { kind: 'incoming operation', client: query, isSameContext: true };
    const representations = ['1', '2'].map((id) => ({ __typename: 'Reader', id }));
    expect(seen).toEqual([
      { ...always, pathInIncomingRequest: [], variables: {} },
      { ...always, pathInIncomingRequest: ['readers', '@'], variables: { representations } },
    ]);
  });

  it('may change what a subgraph answers, and hand its headers on to the client', async () => {
    await using library = await startLibrary();
    const body = { data: { viewer: { name: 'As stored' } } };
    library.subgraphs.readers.behave(answers(body, { headers: { 'x-shelf': '7' } }));
    const buildService = remote({
      didReceiveResponse({ response, context }) {
        context.notes.push(response.http?.headers.get('x-shelf') ?? '');
        return { ...response, data: { viewer: { name: 'As shown' } } };
      },
    });
    await using server = await start(library, { buildService }, [
      {
        requestDidStart: async () => ({
          async willSendResponse({ contextValue, response }) {
            response.http.headers.set('x-shelves', contextValue.notes.join());
          },
        }),
      },
    ]);
    const { data, headers } = await server.ask('{ viewer { name } }');
    expect(data).toEqual({ viewer: { name: 'As shown' } });
    expect(headers.get('x-shelves')).toBe('7');
  });

  it('fails the fields of its fetch with what it throws, code and all', async () => {
    await using library = await startLibrary();
    const buildService = remote({
      willSendRequest({ context }) {
        if (!context.authorization) {
          throw new GraphQLError('Sign in first', {
            extensions: { code: 'UNAUTHENTICATED', realm: 'library' },
          });
        }
      },
    });
    await using server = await start(library, { buildService });
    const { data, errors } = await server.ask('{ viewer { name } }');
    expect(data).toEqual({ viewer: null });
    const extensions = { code: 'UNAUTHENTICATED', realm: 'library', serviceName: 'readers' };
    expect(errors).toEqual([{ message: 'Sign in first', path: ['viewer'], extensions }]);
  });

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [500, 'INTERNAL_SERVER_ERROR'],
  ])('makes of the status %d of a subgraph the code %s', async (status, code) => {
    await using library = await startLibrary();
    library.subgraphs.loans.behave(answers({}, { status }));
    await using server = await start(library, { buildService: remote({}) });
    const { errors } = await server.ask('{ viewer { loans { title } } }');
    expect(errors).toMatchObject([{ path: ['viewer', 'loans'], extensions: { code, serviceName: 'loans' } }]);
  });

  it('hands the cache-control of subgraphs on to the client', async () => {
    await using library = await startLibrary();
    const headers = { 'cache-control': 'max-age=60, private' };
    library.subgraphs.loans.behave(answers({ data: { loanCount: 3 } }, { headers }));
    await using server = await start(library, { buildService: remote({}) });
    const { headers: received } = await server.ask('{ loanCount }');
    expect(received.get('cache-control')).toBe('max-age=60, private');
  });
});

describe('a data source of any kind', () => {
  it('answers in this process: LocalGraphQLDataSource under LocalCompose', async () => {
    const modules = Object.entries(LIBRARY);
    const schemas = new Map(
      modules.map(([name, { typeDefs, resolvers }]) => [
        name,
        buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]),
      ]),
    );
    const gateway = new TributaryGateway({
      supergraphSdl: new LocalCompose({
        localServiceList: modules.map(([name, { typeDefs }]) => ({ name, typeDefs })),
      }),
      buildService: ({ name }) => new LocalGraphQLDataSource(schemas.get(name) as never),
    });
    await using server = await startApolloServer({ gateway });
    const { data, errors } = await server.ask('{ viewer { card balance loans { title fine } } refused }');
    const loans = ['1-1', '1-2'].map((id) => ({ title: `Title ${id}`, fine: 5 }));
    expect(data).toEqual({ viewer: { card: 'Card of Reader 1', balance: 12, loans }, refused: null });
    expect(errors).toMatchObject([
      { path: ['refused'], extensions: { code: 'FORBIDDEN', serviceName: 'readers' } },
    ]);
  });

  it('is called by its process alone, once for each name and URL', async () => {
    await using library = await startLibrary();
    const built: unknown[] = [];
    const buildService: TributaryGatewayOptions['buildService'] = (definition) => {
      built.push(definition);
      return { process: async () => ({ data: { loanCount: 41 } }) } satisfies GraphQLDataSource;
    };
    await using server = await start(library, { buildService });
    expect(await server.ask('{ loanCount }')).toMatchObject({ data: { loanCount: 41 } });
    expect(built).toHaveLength(3);
    expect(built).toEqual(
      expect.arrayContaining(Object.entries(library.subgraphs).map(([name, { url }]) => ({ name, url }))),
    );
  });

  it('fails alone when it takes longer than the policy allows', async () => {
    await using library = await startLibrary();
    const buildService = ({ name = '', url = '' }) =>
      name === 'fines'
        ? { process: () => new Promise<never>(() => {}) }
        : new RemoteGraphQLDataSource({ url });
    await using server = await start(library, { buildService, policy: { traffic: { timeoutMs: 500 } } });
    const { data, errors } = await server.ask('{ viewer { name balance } }');
    expect(data).toEqual({ viewer: { name: 'Reader 1', balance: null } });
    expect(errors).toMatchObject([
      { path: ['viewer', 'balance'], extensions: { code: 'SUBGRAPH_TIMEOUT', serviceName: 'fines' } },
    ]);
  });
});

describe("the gateway's own client, without buildService", () => {
  it('sends the headers that the policy forwards, and no others', async () => {
    await using library = await startLibrary();
    await using server = await start(library, { policy: { headers: { forward: ['authorization'] } } });
    await server.ask('{ loanCount }', { authorization: 'Bearer 7', 'x-other': '1' });
    const headers = library.subgraphs.loans.received.at(-1)?.headers;
    expect(headers).toMatchObject({ authorization: 'Bearer 7' });
    expect(headers).not.toHaveProperty('x-other');
  });

  it('allows no caching, whatever subgraphs say', async () => {
    await using library = await startLibrary();
    const headers = { 'cache-control': 'max-age=60' };
    library.subgraphs.loans.behave(answers({ data: { loanCount: 3 } }, { headers }));
    await using server = await start(library, {});
    const { headers: received } = await server.ask('{ loanCount }');
    expect(received.get('cache-control')).toBe('no-store');
  });
});
