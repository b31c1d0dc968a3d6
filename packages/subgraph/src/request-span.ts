import { trace } from '@opentelemetry/api';
import { type Context, extractContext, type Span, SpanKind, tracer } from '@tributary/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The SERVER span of one request to /graphql, and the async context in which its work has to run. */
export interface RequestSpan {
  readonly span: Span;
  readonly context: Context;
}

/**
 * Starts the span before the body is read and the identity checked, so that a refusal is seen too. It has the name
 * HTTP gives it until the operation is known. The caller enters `context`: the events of the body come in the
 * connection's async context, not in this one.
 */
export function startRequestSpan(request: FastifyRequest): RequestSpan {
  const parent = extractContext(request.headers);
  const attributes = {
    'http.request.method': request.method,
    'http.route': '/graphql',
    'url.path': '/graphql',
    'url.scheme': 'http',
    'server.address': request.hostname,
  };
  const span = tracer().startSpan(
    `${request.method} /graphql`,
    { kind: SpanKind.SERVER, attributes },
    parent,
  );
  return { span, context: trace.setSpan(parent, span) };
}

/**
 * Call it before the answer's bytes leave: who has the answer can then count on the span being finished. Does nothing
 * for a span that has ended already.
 */
export function endRequestSpan({ span }: RequestSpan, reply: FastifyReply): void {
  if (!span.isRecording()) return;
  span.setAttribute('http.response.status_code', reply.statusCode);
  span.end();
}

/** Ends the span of a client that left before its answer, perhaps in the middle of its own request. */
export function endRequestSpanOnClose({ span }: RequestSpan, reply: FastifyReply): void {
  reply.raw.once('close', () => {
    if (!span.isRecording()) return;
    span.setAttribute('error.type', 'client_disconnected');
    span.end();
  });
}
