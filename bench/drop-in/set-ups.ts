import type { GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';

export type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

export interface SetUp {
  readonly name: string;
  readonly label: string;
  /** Each process loads only what it runs. */
  createGateway(supergraphSdl: string): Promise<Gateway>;
}

export const setUps: readonly SetUp[] = [
  {
    name: 'stock',
    label: 'ApolloGateway',
    async createGateway(supergraphSdl) {
      const { ApolloGateway } = await import('@apollo/gateway');
      return new ApolloGateway({ supergraphSdl });
    },
  },
  {
    name: 'changed',
    label: 'one line changed: TributaryGateway',
    async createGateway(supergraphSdl) {
      const { TributaryGateway } = await importTributary();
      return new TributaryGateway({ supergraphSdl });
    },
  },
  {
    name: 'stock-hook',
    label: 'ApolloGateway with a willSendRequest that sends authorization on',
    async createGateway(supergraphSdl) {
      const { ApolloGateway } = await import('@apollo/gateway');
      return new ApolloGateway({ supergraphSdl, buildService: await createBuildService() });
    },
  },
  {
    name: 'changed-hook',
    label: 'one line changed, the same willSendRequest',
    async createGateway(supergraphSdl) {
      const { TributaryGateway } = await importTributary();
      return new TributaryGateway({ supergraphSdl, buildService: await createBuildService() });
    },
  },
  {
    name: 'forwarding',
    label: 'and policy.headers.forward in place of the willSendRequest',
    async createGateway(supergraphSdl) {
      const { TributaryGateway } = await importTributary();
      return new TributaryGateway({ supergraphSdl, policy: { headers: { forward: ['authorization'] } } });
    },
  },
  {
    name: 'server-alone',
    label: 'Apollo Server with a gateway that fetches and executes nothing',
    async createGateway(supergraphSdl) {
      const { TributaryGateway } = await importTributary();
      return answerOnceForAll(new TributaryGateway({ supergraphSdl }));
    },
  },
];

// Private:

function importTributary() {
  return import('../../gateway/src/apollo-server/index.ts');
}

/** As gateway/examples/apollo-server/subgraphs.ts. */
async function createBuildService() {
  const { RemoteGraphQLDataSource } = await import('@apollo/gateway');
  class AuthenticatedDataSource extends RemoteGraphQLDataSource {
    override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions): void {
      if (context.authorization) request.http?.headers.set('authorization', context.authorization);
    }
  }
  return ({ url = '' }) => new AuthenticatedDataSource({ url });
}

/** Gives the first result of each operation again and again: what no gateway behind Apollo Server can be below. */
function answerOnceForAll(gateway: Gateway): Gateway {
  return {
    onSchemaLoadOrUpdate: (listener) => gateway.onSchemaLoadOrUpdate(listener),
    stop: () => gateway.stop(),
    async load(options) {
      const { executor } = await gateway.load(options);
      const results = new Map<string, Awaited<ReturnType<NonNullable<typeof executor>>>>();
      return {
        executor: async (request) => {
          const result = results.get(request.queryHash) ?? (await executor?.(request)) ?? {};
          results.set(request.queryHash, result);
          return { ...result };
        },
      };
    },
  };
}
