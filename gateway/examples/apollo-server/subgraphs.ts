import {
  type GraphQLDataSourceProcessOptions,
  IntrospectAndCompose,
  RemoteGraphQLDataSource,
  type SupergraphManager,
} from '@apollo/gateway';

export interface Subgraph {
  readonly name: string;
  readonly url: string;
}

/** Asks the subgraphs for their schemas every so often. In production the composing is done before, in CI. */
export function composeSubgraphs(
  subgraphs: readonly Subgraph[],
  pollIntervalInMs: number,
): SupergraphManager {
  return new IntrospectAndCompose({ subgraphs: [...subgraphs], pollIntervalInMs });
}

/** Sends the client's credentials on to a subgraph. */
export class AuthenticatedDataSource extends RemoteGraphQLDataSource {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions): void {
    if (context.authorization) request.http?.headers.set('authorization', context.authorization);
  }
}
