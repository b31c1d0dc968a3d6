import type { ServiceEndpointDefinition } from '@apollo/gateway';
import { type DataSourceResponse, HEALTH_CHECK } from './apollo-types.ts';
import type { DataSources } from './data-sources.ts';

const HEALTH_CHECK_QUERY = 'query __ApolloServiceHealthCheck__ { __typename }';

export interface HealthAnswer {
  readonly name: string;
  readonly response: DataSourceResponse;
}

/** Asks each subgraph for a sign of life. Rejects, once all have been asked, with the names of those that gave none. */
export async function checkHealth(
  definitions: readonly ServiceEndpointDefinition[],
  dataSources: DataSources,
): Promise<HealthAnswer[]> {
  const results = await Promise.allSettled(
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
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as Error] : [],
  );
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join('\n'));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
