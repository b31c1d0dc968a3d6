import {
  extractContext,
  type Logger,
  methodLabel,
  metric,
  type Registry,
  type Span,
  SpanKind,
  traceparentOf,
  withSpan,
} from '@tributary/telemetry';
import { type Answer, errorAnswer } from '../respond/index.ts';
import type { LoadGuard, Refusal } from '../shed/index.ts';
import type { HttpExchange } from '../wire/index.ts';
import { toFailureAnswer } from './failure-answer.ts';
import { OVERLOADED_STATUS, sendOverloaded } from './overloaded-answer.ts';
import { parseRequestTarget } from './request-target.ts';
import type { Route } from './routes.ts';
import { toTenths } from './server-timing.ts';

export interface RequestListenerOptions {
  readonly routes: ReadonlyMap<string, Route>;
  readonly guard: LoadGuard;
  /** Whose pages may read a refusal. */
  readonly allowedOrigins: () => readonly string[];
  readonly logger: Logger;
  readonly registry: Registry;
}

/**
 * From a request to its answer: finds the route, asks whether there is time for it, runs it inside the SERVER span that
 * continues the caller's trace, and sends what it returns. Every answer, whatever went wrong, says in Server-Timing which trace it belongs to.
 */
export function createRequestListener(options: RequestListenerOptions) {
  const { routes, guard, allowedOrigins, logger, registry } = options;
  const durations = metric(registry, 'http_server_request_duration_seconds');

  async function answer(
    route: Route | undefined,
    search: string,
    request: HttpExchange,
    span: Span,
  ): Promise<Answer> {
    if (route === undefined) {
      return errorAnswer('NOT_FOUND', 'Nothing is served at this path', span.spanContext().traceId);
    }
    try {
      return await route.answer({ request, search, span });
    } catch (error) {
      return toFailureAnswer(error, logger);
    }
  }

  return (request: HttpExchange): void => {
    const startedAt = performance.now();
    const method = methodLabel(request.method);
    const target = parseRequestTarget(request.url);
    const route = target && routes.get(target.path);
    const observe = (status: number) => {
      const labels = { route: route?.path ?? 'none', method, status: String(status) };
      durations.observe(labels, (performance.now() - startedAt) / 1000);
    };
    // A preflight costs no more than its refusal would, which no browser would show to anyone.
    const isGuarded = route !== undefined && method !== 'OPTIONS';
    const refusal = isGuarded ? guard.enter(request, startedAt) : undefined;
    const refuse = (reason: Refusal) => {
      sendOverloaded(request, reason, allowedOrigins());
      observe(OVERLOADED_STATUS);
    };
    if (refusal !== undefined) refuse(refusal);
    else if (isGuarded) guard.begin(request, serve, refuse, startedAt);
    else serve();

    function serve(): void {
      const spanOptions = { kind: SpanKind.SERVER, parent: extractContext(request.headers) };
      withSpan(route ? `${method} ${route.path}` : method, spanOptions, async (span) => {
        try {
          if (span.isRecording()) describeRequest(span, method, route);
          const outcome = await answer(route, target?.search ?? '', request, span);
          if (span.isRecording()) describeAnswer(span, outcome.status);
          send(request, outcome, span, startedAt);
          observe(outcome.status);
        } finally {
          if (isGuarded) guard.leave();
        }
      }).catch((error: unknown) => {
        // Only sending can fail here: half an answer must not look like a whole one.
        logger.error({ err: error }, 'could not send an answer');
        request.destroy();
      });
    }
  };
}

function describeRequest(span: Span, method: string, route: Route | undefined): void {
  span.setAttributes({
    'http.request.method': method,
    'url.scheme': 'http',
    ...(route && { 'http.route': route.path, 'url.path': route.path }),
  });
}

function describeAnswer(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status < 500) return;
  span.setAttribute('error.type', String(status));
  // 2 is SpanStatusCode.ERROR; a 4xx is the client's fault and leaves the status unset, as the HTTP conventions ask.
  span.setStatus({ code: 2 });
}

function send(request: HttpExchange, answer: Answer, span: Span, startedAt: number) {
  const { status, headers, body, isByteText = false, ownsBody = false } = answer;
  const serverTiming = serverTimingOf(answer, span, startedAt);
  request.send({
    status,
    headers: {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
      ...(serverTiming && { 'server-timing': serverTiming }),
    },
    body,
    isByteText,
    ownsBody,
  });
}

function serverTimingOf({ timings }: Answer, span: Span, startedAt: number): string {
  const traceparent = traceparentOf(span);
  const trace = traceparent === undefined ? '' : `trace;desc="${traceparent}"`;
  if (timings === undefined) return trace;
  const total = `total;dur=${toTenths(performance.now() - startedAt)}`;
  return [trace, timings, total].filter((metrics) => metrics !== '').join(', ');
}
