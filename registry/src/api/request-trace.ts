import { trace } from '@opentelemetry/api';
import { type Context, extractContext, type Span, SpanKind, tracer } from '@tributary/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface RequestTrace {
  readonly span: Span;
  /** The async context in which the request's work has to run: the events of its body come in the connection's. */
  readonly context: Context;
}

const traces = new WeakMap<FastifyRequest, RequestTrace>();

/** A SERVER span for each request, from its head to its answer, refusals included. */
export function traceRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const parent = extractContext(request.headers);
    const route = request.routeOptions.url ?? 'unmatched';
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'url.scheme': 'http',
      'server.address': request.hostname,
    };
    const span = tracer().startSpan(
      `${request.method} ${route}`,
      { kind: SpanKind.SERVER, attributes },
      parent,
    );
    traces.set(request, { span, context: trace.setSpan(parent, span) });
    reply.raw.once('close', () => {
      if (!span.isRecording()) return;
      span.setAttribute('error.type', 'client_disconnected');
      span.end();
    });
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    const span = traces.get(request)?.span;
    if (span?.isRecording()) {
      span.setAttribute('http.response.status_code', reply.statusCode);
      span.end();
    }
    done();
  });
}

export function traceOf(request: FastifyRequest): RequestTrace | undefined {
  return traces.get(request);
}
