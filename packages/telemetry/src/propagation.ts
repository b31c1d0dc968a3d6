import {
  type Context,
  context,
  INVALID_TRACEID,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

/** Anything that holds headers by lower-case name, such as node's IncomingHttpHeaders. */
export type HeaderBag = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The caller's context as its W3C `traceparent` and `tracestate` give it, on top of the root context, so that what
 * happens to be active now does not leak in. Malformed headers count as absent: the request then starts a trace.
 */
export function extractContext(headers: HeaderBag): Context {
  if (headers.traceparent === undefined) return ROOT_CONTEXT;
  const extracted = propagation.extract(ROOT_CONTEXT, headers);
  const remote = trace.getSpanContext(extracted);
  if (!remote) return ROOT_CONTEXT;
  // Only the sampled flag is defined for us; unknown ones must not travel on (and `ff` would not serialize).
  return trace.setSpanContext(extracted, { ...remote, traceFlags: remote.traceFlags & TraceFlags.SAMPLED });
}

/** Adds `traceparent` (and `tracestate`) of the span to the headers and returns them; none without a span. */
export function injectHeaders(
  headers: Record<string, string>,
  span: Span | undefined = trace.getActiveSpan(),
): Record<string, string> {
  const spanContext = span?.spanContext();
  const traceparent = toTraceparent(spanContext);
  if (traceparent === undefined) return headers;
  headers.traceparent = traceparent;
  const traceState = spanContext?.traceState?.serialize();
  if (traceState) headers.tracestate = traceState;
  return headers;
}

/** Runs `run` with that context active for everything it starts. */
export function runInContext<T>(active: Context, run: () => T): T {
  return context.with(active, run);
}

/** Runs `run` with that span active, and nothing else. */
export function runInSpan<T>(span: Span, run: () => T): T {
  return context.with(trace.setSpan(ROOT_CONTEXT, span), run);
}

/**
 * Runs `run` with nothing active: for what outlives the request that happens to need it first, such as a connection or a timer of all. Its
 * callbacks would otherwise run under the span of that one for ever.
 */
export function runOutside<T>(run: () => T): T {
  return context.with(ROOT_CONTEXT, run);
}

export function currentSpan(): Span | undefined {
  return trace.getActiveSpan();
}

/** 32 hexadecimal digits; also known where the trace is not sampled. */
export function currentTraceId(): string | undefined {
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  return traceId === INVALID_TRACEID ? undefined : traceId;
}

/** The active span in W3C form, as the next hop and the client's Server-Timing header carry it. */
export function currentTraceparent(): string | undefined {
  return toTraceparent(trace.getActiveSpan()?.spanContext());
}

/** The same, of a span at hand. */
export function traceparentOf(span: Span): string | undefined {
  return toTraceparent(span.spanContext());
}

// Private:

/** Contexts are valid where they enter (extractContext) and where spans are made; only the absent one is not. */
function toTraceparent(span: SpanContext | undefined): string | undefined {
  if (span === undefined || span.traceId === INVALID_TRACEID) return undefined;
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01'}`;
}
