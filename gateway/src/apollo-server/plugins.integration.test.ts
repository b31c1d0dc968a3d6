import { ApolloGateway } from '@apollo/gateway';
import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startLibrary } from '../testing/index.ts';
import { TributaryGateway } from './index.ts';
import { type Context, startApolloServer } from './testing/start-apollo-server.ts';

type Listener = Awaited<ReturnType<NonNullable<ApolloServerPlugin<Context>['requestDidStart']>>> & object;

beforeAll(() => {
  // @apollo/gateway sends data of the host to its vendor otherwise.
  vi.stubEnv('APOLLO_TELEMETRY_DISABLED', 'true');
});

describe.each([
  ['ApolloGateway', ApolloGateway],
  ['TributaryGateway', TributaryGateway],
])('Apollo Server plugins in front of %s', (_, Gateway) => {
  it('see the steps of a request in order, with one context for all', async () => {
    const steps: string[] = [];
    const contexts = new Set<Context>();
    const note =
      (step: string) =>
      async ({ contextValue }: { contextValue: Context }) => {
        steps.push(step);
        contexts.add(contextValue);
      };
    await using running = await start(Gateway, {
      didResolveSource: note('source'),
      parsingDidStart: note('parsing'),
      validationDidStart: note('validation'),
      didResolveOperation: note('operation'),
      executionDidStart: note('execution'),
      didEncounterErrors: note('errors'),
      willSendResponse: note('response'),
    });
    await running.server.ask('{ viewer { name } broken }');
    expect(steps).toEqual([
      'source',
      'parsing',
      'validation',
      'operation',
      'execution',
      'errors',
      'response',
    ]);
    expect(contexts.size).toBe(1);
  });

  it('see the names of operation and fields, and the document, before it runs', async () => {
    const seen: unknown[] = [];
    await using running = await start(Gateway, {
      async didResolveOperation({ operationName, operation, document, schema }) {
        seen.push(operationName, operation?.operation, document.definitions.length);
        seen.push(schema.getQueryType()?.getFields().loanCount?.type.toString());
      },
    });
    await running.server.ask('query Count { loanCount }');
    expect(seen).toEqual(['Count', 'query', 1, 'Int!']);
  });

  it('may refuse an operation: no subgraph is asked', async () => {
    await using running = await start(Gateway, {
      async didResolveOperation() {
        const extensions = { code: 'QUOTA_EXCEEDED', http: { status: 429 } };
        throw new GraphQLError('Enough for today', { extensions });
      },
    });
    const { status, errors } = await running.server.ask('{ loanCount }');
    expect({ status, errors }).toMatchObject({
      status: 429,
      errors: [{ extensions: { code: 'QUOTA_EXCEEDED' } }],
    });
    expect(running.subgraphs.loans.received).toEqual([]);
  });

  it('may answer in its place', async () => {
    await using running = await start(Gateway, {
      responseForOperation: async () => ({
        http: { headers: new HeaderMap() },
        body: { kind: 'single', singleResult: { data: { loanCount: 0 } } },
      }),
    });
    expect(await running.server.ask('{ loanCount }')).toMatchObject({ data: { loanCount: 0 } });
    expect(running.subgraphs.loans.received).toEqual([]);
  });

  it('may change the answer, its status and its headers', async () => {
    await using running = await start(Gateway, {
      async willSendResponse({ response: { http, body } }) {
        http.status = 203;
        http.headers.set('x-library', 'open');
        if (body.kind === 'single') body.singleResult.extensions = { seen: body.singleResult.data };
      },
    });
    const { status, headers, extensions } = await running.server.ask('{ viewer { name } }');
    expect({ status, extensions }).toEqual({
      status: 203,
      extensions: { seen: { viewer: { name: 'Reader 1' } } },
    });
    expect(headers.get('x-library')).toBe('open');
  });

  it('see the errors of subgraphs with their codes', async () => {
    const codes: unknown[] = [];
    await using running = await start(Gateway, {
      async didEncounterErrors({ errors }) {
        codes.push(...errors.map(({ path, extensions }) => [path, extensions.code, extensions.serviceName]));
      },
    });
    await running.server.ask('{ refused broken }');
    expect(codes).toEqual([
      [['refused'], 'FORBIDDEN', 'readers'],
      [['broken'], 'DOWNSTREAM_SERVICE_ERROR', 'readers'],
    ]);
  });
});

async function start(Gateway: typeof ApolloGateway | typeof TributaryGateway, listener: Listener) {
  const stack = new AsyncDisposableStack();
  const { supergraphSdl, subgraphs } = stack.use(await startLibrary());
  const plugin: ApolloServerPlugin<Context> = { requestDidStart: async () => listener };
  const gateway = new Gateway({ supergraphSdl });
  const server = stack.use(await startApolloServer({ gateway, plugins: [plugin] }));
  return { server, subgraphs, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
