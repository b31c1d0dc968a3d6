import { TributaryError } from '@tributary/errors';
import { failSpan, type Logger, metric, type Registry, SpanKind, withSpan } from '@tributary/telemetry';
import type { RawResponse, SubgraphClient, SubgraphRequest } from './subgraph-client.ts';

export interface ObservedOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly registry: Registry;
}

/**
 * Makes each fetch visible: a CLIENT span with subgraph and path, a duration metric, a log line for a failure.
 * Never variables or bodies. An answer with GraphQL errors is an answer: the span stays unset, as the HTTP
 * conventions ask, and says how many there were.
 */
export function observed(client: SubgraphClient, { url, logger, registry }: ObservedOptions): SubgraphClient {
  const durations = metric(registry, 'subgraph_request_duration_seconds');
  const { hostname, port, protocol, origin, pathname } = new URL(url);
  const fixed = {
    'http.request.method': 'POST',
    'url.full': `${origin}${pathname}`,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'tributary.subgraph': client.name,
  };

  return {
    name: client.name,
    send: <T>(request: SubgraphRequest<T>): Promise<T> => {
      const attributes = {
        ...fixed,
        'tributary.path': request.path.join('.'),
        ...(request.operationName && { 'graphql.operation.name': request.operationName }),
      };
      const end = durations.startTimer({ subgraph: client.name });
      return withSpan(`fetch ${client.name}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
        let errorCount = 0;
        const read = (response: RawResponse) => {
          const reading = request.read(response);
          errorCount = reading.errorCount;
          return reading;
        };
        try {
          const value = await client.send({ ...request, read });
          if (errorCount > 0) span.setAttribute('tributary.error_count', errorCount);
          end({ outcome: errorCount > 0 ? 'errors' : 'ok' });
          return value;
        } catch (error) {
          const code = error instanceof TributaryError ? error.code : 'INTERNAL_SERVER_ERROR';
          failSpan(span, error);
          span.setAttribute('error.type', code);
          end({ outcome: request.signal.aborted ? 'aborted' : code });
          if (!request.signal.aborted)
            logger.warn({ subgraph: client.name, code, reason: reasonOf(error) }, 'fetch failed');
          throw error;
        }
      });
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** The transport's own words, without two stack traces for each fetch of an outage. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error
    ? `${(cause as NodeJS.ErrnoException).code ?? cause.name}: ${cause.message}`
    : message;
}
