import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  currentTraceparent,
  extractContext,
  type Logger,
  methodLabel,
  metric,
  type Registry,
  type Span,
  SpanKind,
  withSpan,
} from '@tributary/telemetry';
import { type Answer, errorAnswer } from './answer.ts';
import { toFailureAnswer } from './failure-answer.ts';
import type { Route } from './routes.ts';

export interface RequestListenerOptions {
  readonly routes: ReadonlyMap<string, Route>;
  readonly logger: Logger;
  readonly registry: Registry;
}

/**
 * From a request to its answer: finds the route, runs it inside the SERVER span that continues the caller's trace,
 * and sends what it returns. Every answer, whatever went wrong, says in Server-Timing which trace it belongs to.
 */
export function createRequestListener({ routes, logger, registry }: RequestListenerOptions) {
  const durations = metric(registry, 'http_server_request_duration_seconds');

  return (request: IncomingMessage, response: ServerResponse): void => {
    const method = methodLabel(request.method);
    const url = URL.parse(request.url ?? '/', 'http://gateway');
    const route = url ? routes.get(url.pathname) : undefined;
    const end = durations.startTimer({ route: route?.path ?? 'none', method });
    const attributes = {
      'http.request.method': method,
      'url.scheme': 'http',
      ...(route && { 'http.route': route.path, 'url.path': route.path }),
    };
    const options = { kind: SpanKind.SERVER, attributes, parent: extractContext(request.headers) };

    withSpan(route ? `${method} ${route.path}` : method, options, async (span) => {
      const answer =
        url && route
          ? await route
              .answer({ request, response, url, span })
              .catch((error: unknown) => toFailureAnswer(error, logger))
          : errorAnswer('NOT_FOUND', 'Nothing is served at this path', span.spanContext().traceId);
      span.setAttribute('http.response.status_code', answer.status);
      if (answer.status >= 500) markFailed(span, answer.status);
      end({ status: String(answer.status) });
      send(response, answer);
    }).catch((error: unknown) => {
      // Only sending can fail here: half an answer must not look like a whole one.
      logger.error({ err: error }, 'could not send an answer');
      response.destroy();
    });
  };
}

function markFailed(span: Span, status: number): void {
  span.setAttribute('error.type', String(status));
  // 2 is SpanStatusCode.ERROR; a 4xx is the client's fault and leaves the status unset, as the HTTP conventions ask.
  span.setStatus({ code: 2 });
}

function send(response: ServerResponse, { status, headers, body, isByteText = false }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const traceparent = currentTraceparent();
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    'content-length': isByteText ? body.length : Buffer.byteLength(body),
    ...(traceparent && { 'server-timing': `trace;desc="${traceparent}"` }),
  });
  response.end(body, isByteText ? 'latin1' : 'utf8');
}
