import type { GraphQLDataSource } from '@apollo/gateway';
import { toSubgraphFailure } from '../subgraph/failure.ts';
import {
  type CreateSubgraphClient,
  fromByteText,
  type Lifetime,
  type RawResponse,
} from '../subgraph/index.ts';
import { parseExact } from '../subgraph/parse-json.ts';
import type { Sender } from '../subgraph/sender.ts';
import type { FetchRequest } from '../subgraph/subgraph-client.ts';
import { withDeadline } from '../traffic/index.ts';
import type { ApolloCaller } from './apollo-caller.ts';
import { type DataSourceResponse, INCOMING_OPERATION } from './apollo-types.ts';
import type { DataSources } from './data-sources.ts';

/** Clients for an engine, over the data sources that a manager gets too. A fetch that takes longer fails. */
export function createDataSourceClients(dataSources: DataSources, timeoutMs: number): CreateSubgraphClient {
  return (name, url) => {
    const dataSource = dataSources.get({ name, ...(url && { url }) });
    return withDeadline(createDataSourceSender(name, dataSource), timeoutMs);
  };
}

/**
 * A subgraph behind a data source of the user's: willSendRequest, didReceiveResponse and whatever else it does. What it
 * throws is the subgraph's error, with its message and extensions, as with ApolloGateway.
 */
export function createDataSourceSender(name: string, dataSource: GraphQLDataSource): Sender {
  async function answerTo({ body, path, caller }: FetchRequest, lifetime: Lifetime): Promise<RawResponse> {
    // Every request of this engine is made by toCaller.
    const { requestContext } = caller as ApolloCaller;
    const process = async () =>
      dataSource.process({
        kind: INCOMING_OPERATION,
        // Written by the engine a moment ago; a data source may change what it is given.
        request: parseExact(fromByteText(body)) as object,
        incomingRequestContext: requestContext,
        context: requestContext.context,
        pathInIncomingRequest: [...path],
      });
    try {
      return toRawResponse(await unlessEnded(process(), lifetime));
    } catch (error) {
      if (lifetime.hasEnded) throw toSubgraphFailure(name, lifetime.reason);
      return toRawResponse({ errors: [toFormattedError(error)] });
    }
  }

  return {
    name,
    send(request, lifetime, receiver) {
      answerTo(request, lifetime)
        .then((response) => receiver.read(response))
        .then(
          (reading) => receiver.answered(reading, performance.now()),
          (error) => receiver.failed(error),
        );
    },
    async [Symbol.asyncDispose]() {},
  };
}

// Private:

function toRawResponse({ data, errors }: DataSourceResponse): RawResponse {
  const body = Buffer.from(JSON.stringify({ data, errors }));
  return { status: 200, contentType: 'application/json', body };
}

function toFormattedError(error: unknown): NonNullable<DataSourceResponse['errors']>[number] {
  const { message = String(error), extensions } = (error ?? {}) as Partial<Error> & { extensions?: object };
  return { message, extensions: { code: 'INTERNAL_SERVER_ERROR', ...extensions } };
}

/** A data source cannot be told to end: what it still does is nobody's business any longer. */
async function unlessEnded<T>(promise: Promise<T>, lifetime: Lifetime): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const listener = { lifetimeEnded: ended.reject };
  if (lifetime.hasEnded) ended.reject(lifetime.reason);
  lifetime.add(listener);
  try {
    return await Promise.race([promise, ended.promise]);
  } finally {
    lifetime.remove(listener);
  }
}
