import { text } from 'node:stream/consumers';
import { IntrospectAndCompose, type SupergraphSdlHook } from '@apollo/gateway';
import { print } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { compose, LIBRARY, startLibrary, type TestSubgraph } from '../testing/index.ts';
import { TributaryGateway } from './index.ts';
import { answers } from './testing/behaviours.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { startApolloServer } from './testing/start-apollo-server.ts';

type Hooks = Parameters<SupergraphSdlHook>[0];

const NO_SUPERGRAPH = 'type Query { a: Int }';

describe('supergraphSdl', () => {
  it('is the text of a supergraph', async () => {
    await using library = await startLibrary();
    const gateway = new TributaryGateway({ supergraphSdl: library.supergraphSdl });
    await using server = await startApolloServer({ gateway });
    expect(await server.ask('{ loanCount }')).toMatchObject({ status: 200, data: { loanCount: 3 } });
  });

  it('is a function: its update serves from then on, its cleanup is called once', async () => {
    await using library = await startLibrary();
    const cleanup = vi.fn(async () => {});
    let hooks!: Hooks;
    const gateway = new TributaryGateway({
      supergraphSdl: async (options) => {
        hooks = options;
        return { supergraphSdl: withoutFines(library.subgraphs), cleanup };
      },
    });
    {
      await using server = await startApolloServer({ gateway });
      expect(await server.ask('{ viewer { balance } }')).toMatchObject({ status: 400 });
      await hooks.update(library.supergraphSdl);
      expect(await server.ask('{ viewer { balance } }')).toMatchObject({ data: { viewer: { balance: 12 } } });
    }
    expect(cleanup).toHaveBeenCalledOnce();
  });

  it('is a function that may ask a subgraph by its data source and for the health of all', async () => {
    await using library = await startLibrary();
    const { subgraphs, supergraphSdl } = library;
    const found: unknown[] = [];
    const gateway = new TributaryGateway({
      supergraphSdl: async ({ healthCheck, getDataSource }) => {
        const source = getDataSource({ name: 'loans', url: subgraphs.loans.url });
        const request = { query: '{ loanCount }' };
        // The values of the enum are those of RemoteGraphQLDataSource's own requests.
        found.push(await source.process({ kind: 'loading schema' as never, request, context: {} }));
        await healthCheck(supergraphSdl);
        await subgraphs.fines.stop();
        found.push(await healthCheck(supergraphSdl).catch(({ message }) => message));
        return { supergraphSdl };
      },
    });
    await gateway.load({ apollo: {} });
    expect(found).toEqual([
      { data: { loanCount: 3 } },
      expect.stringMatching(/health check failed.*\n\[fines\]: The subgraph fines could not be reached/s),
    ]);
    await gateway.stop();
  });

  it('is a manager, such as IntrospectAndCompose: what a poll finds serves from then on', async () => {
    await using library = await startLibrary();
    const subgraphs = Object.entries(library.subgraphs).map(([name, { url }]) => ({ name, url }));
    const gateway = new TributaryGateway({
      supergraphSdl: new IntrospectAndCompose({ subgraphs, pollIntervalInMs: 20 }),
    });
    await using server = await startApolloServer({ gateway });
    expect(await server.ask('{ opened }')).toMatchObject({ status: 400 });

    const updated = new Promise((resolve) => gateway.onSchemaLoadOrUpdate(resolve));
    library.subgraphs.loans.behave(async (request, response) => {
      const asksForSchema = (await text(request)).includes('_service');
      const sdl = `${print(LIBRARY.loans.typeDefs)} extend type Query { opened: String }`;
      answers({ data: asksForSchema ? { _service: { sdl } } : { opened: '1931' } })(request, response);
    });
    await updated;
    expect(await server.ask('{ opened }')).toMatchObject({ data: { opened: '1931' } });
  });
});

describe('a text that is no supergraph', () => {
  it('fails to load, and the manager is cleaned up', async () => {
    const cleanup = vi.fn(async () => {});
    const gateway = new TributaryGateway({
      supergraphSdl: async () => ({ supergraphSdl: NO_SUPERGRAPH, cleanup }),
    });
    await expect(startApolloServer({ gateway })).rejects.toThrow('Invalid supergraph');
    expect(cleanup).toHaveBeenCalledOnce();
  });

  it('leaves the one before it in service, with a line in the log', async () => {
    await using library = await startLibrary();
    const logger = createRecordingLogger();
    let hooks!: Hooks;
    const gateway = new TributaryGateway({
      logger,
      supergraphSdl: async (options) => {
        hooks = options;
        return { supergraphSdl: library.supergraphSdl };
      },
    });
    await using server = await startApolloServer({ gateway });
    await expect(hooks.update(NO_SUPERGRAPH)).rejects.toThrow();
    expect(logger.lines).toEqual([
      expect.stringMatching(/^A supergraph was refused, the one before it stays: /),
    ]);
    expect(await server.ask('{ loanCount }')).toMatchObject({ data: { loanCount: 3 } });
  });

  it('is told by the log where nobody waits for its update, while the gateway loads too', async () => {
    await using library = await startLibrary();
    const logger = createRecordingLogger();
    const gateway = new TributaryGateway({
      logger,
      supergraphSdl: async ({ update }) => {
        update(NO_SUPERGRAPH);
        return { supergraphSdl: library.supergraphSdl };
      },
    });
    await using server = await startApolloServer({ gateway });
    expect(logger.lines).toEqual([expect.stringMatching(/^A supergraph was refused: /)]);
    expect(await server.ask('{ loanCount }')).toMatchObject({ data: { loanCount: 3 } });
  });
});

describe('serviceHealthCheck', () => {
  it.each([
    ['refuses connections', (fines: TestSubgraph) => fines.stop(), /\[fines\]: .*could not be reached/],
    [
      'answers with status 500',
      (fines: TestSubgraph) => fines.behave(answers({ data: { __typename: 'Query' } }, { status: 500 })),
      /\[fines\]: .*answered with status 500/,
    ],
  ])('keeps a gateway from loading while a subgraph %s', async (_, fail, message) => {
    await using library = await startLibrary();
    await fail(library.subgraphs.fines);
    const gateway = new TributaryGateway({ supergraphSdl: library.supergraphSdl, serviceHealthCheck: true });
    await expect(startApolloServer({ gateway })).rejects.toThrow(message);
  });

  it('keeps an update from serving while a subgraph is away', async () => {
    await using library = await startLibrary();
    let hooks!: Hooks;
    const gateway = new TributaryGateway({
      logger: createRecordingLogger(),
      serviceHealthCheck: true,
      supergraphSdl: async (options) => {
        hooks = options;
        return { supergraphSdl: withoutFines(library.subgraphs) };
      },
    });
    await using server = await startApolloServer({ gateway });
    await library.subgraphs.fines.stop();
    await expect(hooks.update(library.supergraphSdl)).rejects.toThrow(/\[fines\]/);
    expect(await server.ask('{ viewer { balance } }')).toMatchObject({ status: 400 });
    expect(await gateway.serviceHealthCheck()).toMatchObject([{ name: 'loans' }, { name: 'readers' }]);
  });
});

function withoutFines(subgraphs: Readonly<Record<'readers' | 'loans', TestSubgraph>>): string {
  const { readers, loans } = LIBRARY;
  return compose({ readers, loans }, (name) => subgraphs[name].url);
}
