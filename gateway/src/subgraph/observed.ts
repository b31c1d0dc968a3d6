import { TributaryError } from '@tributary/errors';
import {
  type Attributes,
  failSpan,
  type Logger,
  metric,
  type Registry,
  type Span,
  SpanKind,
  withSpan,
} from '@tributary/telemetry';
import { reasonOf } from './failure.ts';
import type { RawResponse, SubgraphClient, SubgraphReading, SubgraphRequest } from './subgraph-client.ts';

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
  const subgraph = client.name;
  const fixed = attributesOf(subgraph, url);
  const spanName = `fetch ${subgraph}`;

  async function send<T>(request: SubgraphRequest<T>, span: Span): Promise<T> {
    const startedAt = performance.now();
    if (request.operationKind === 'mutation') request.report.hasMutated = true;
    let errorCount = 0;
    const read = (response: RawResponse): SubgraphReading<T> => {
      const reading = request.read(response);
      errorCount = reading.errorCount;
      return reading;
    };
    let outcome = 'ok';
    try {
      const value = await client.send({ ...request, read, span });
      if (errorCount > 0) {
        span.setAttribute('tributary.error_count', errorCount);
        outcome = 'errors';
      }
      return value;
    } catch (error) {
      const code = error instanceof TributaryError ? error.code : 'INTERNAL_SERVER_ERROR';
      failSpan(span, error);
      span.setAttribute('error.type', code);
      outcome = request.lifetime.hasEnded ? 'aborted' : code;
      if (!request.lifetime.hasEnded)
        logger.warn({ subgraph, code, reason: reasonOf(error) }, 'fetch failed');
      throw error;
    } finally {
      const ms = performance.now() - startedAt;
      request.report.fetched(subgraph, ms, request.query);
      durations.observe({ subgraph, outcome }, ms / 1000);
    }
  }

  return {
    name: subgraph,
    send: <T>(request: SubgraphRequest<T>): Promise<T> =>
      withSpan(spanName, { kind: SpanKind.CLIENT }, (span) => {
        if (span.isRecording()) {
          span.setAttributes(fixed);
          span.setAttribute('tributary.path', request.path.join('.'));
          if (request.operationName) span.setAttribute('graphql.operation.name', request.operationName);
        }
        return send(request, span);
      }),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

function attributesOf(subgraph: string, url: string): Attributes {
  const { hostname, port, protocol, origin, pathname } = new URL(url);
  return {
    'http.request.method': 'POST',
    'url.full': `${origin}${pathname}`,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'tributary.subgraph': subgraph,
  };
}
