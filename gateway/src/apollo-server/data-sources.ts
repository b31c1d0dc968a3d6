import type { GraphQLDataSource, ServiceEndpointDefinition } from '@apollo/gateway';
import type { CreateSubgraphClient, SubgraphClient } from '../subgraph/index.ts';
import { createClientDataSource } from './client-data-source.ts';
import type { BuildService } from './options.ts';

export interface DataSources extends AsyncDisposable {
  /** The same one for the same name and URL. */
  get(definition: ServiceEndpointDefinition): GraphQLDataSource;
  /** Forgets all others. */
  keep(definitions: readonly ServiceEndpointDefinition[]): Promise<void>;
}

/** The data sources of one gateway: the user's where there is a buildService, else our own clients in that shape. */
export function createDataSources(
  buildService: BuildService | undefined,
  createClient: CreateSubgraphClient,
): DataSources {
  const known = new Map<string, { dataSource: GraphQLDataSource; client: SubgraphClient | undefined }>();
  const create = ({ name, url }: ServiceEndpointDefinition) => {
    if (buildService) return { dataSource: buildService({ name, ...(url && { url }) }), client: undefined };
    const client = createClient(name, url);
    return { dataSource: createClientDataSource(client), client };
  };
  const keepOnly = async (isKept: (key: string) => boolean) => {
    for (const [key, { client }] of known) {
      if (isKept(key)) continue;
      known.delete(key);
      await client?.[Symbol.asyncDispose]();
    }
  };
  return {
    get(definition) {
      const key = keyOf(definition);
      const found = known.get(key) ?? create(definition);
      known.set(key, found);
      return found.dataSource;
    },
    async keep(definitions) {
      const keys = new Set(definitions.map(keyOf));
      await keepOnly((key) => keys.has(key));
    },
    [Symbol.asyncDispose]: () => keepOnly(() => false),
  };
}

// Private:

function keyOf({ name, url }: ServiceEndpointDefinition): string {
  return JSON.stringify([name, url]);
}
