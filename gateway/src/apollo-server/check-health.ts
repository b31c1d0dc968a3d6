import type { ServiceEndpointDefinition } from '@apollo/gateway';
import { type DataSourceResponse, HEALTH_CHECK } from './apollo-types.ts';
import type { DataSources } from './data-sources.ts';

const HEALTH_CHECK_QUERY = 'query __ApolloServiceHealthCheck__ { __typename }';

export interface HealthAnswer {
  readonly name: string;
  readonly response: DataSourceResponse;
}

/** Asks each subgraph for a sign of life. Rejects with the name of one that gave none. */
export function checkHealth(
  definitions: readonly ServiceEndpointDefinition[],
  dataSources: DataSources,
): Promise<HealthAnswer[]> {
  return Promise.all(
    definitions.map(async (definition) => {
      const { name } = definition;
      try {
        const request = { query: HEALTH_CHECK_QUERY };
        const source = dataSources.get(definition);
        return { name, response: await source.process({ kind: HEALTH_CHECK, request, context: {} }) };
      } catch (cause) {
        throw new Error(`[${name}]: ${(cause as Error).message}`, { cause });
      }
    }),
  );
}
