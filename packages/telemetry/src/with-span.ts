import {
  type Attributes,
  type Context,
  context,
  INVALID_TRACEID,
  type Span,
  type SpanContext,
  type SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { describeError } from './redact.ts';

export interface WithSpanOptions {
  /** INTERNAL unless told otherwise. */
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Whose child the span is: the active context unless told otherwise. */
  readonly parent?: Context;
  /** Name of the instrumentation scope, `tributary` unless told otherwise. */
  readonly tracer?: string;
  /** Epoch milliseconds, for work that began before it could be named. */
  readonly startTime?: number;
}

/** The process's tracer of that name. Not cached: the provider behind it may be replaced, as tests do. */
export function tracer(name = 'tributary'): Tracer {
  return trace.getTracer(name);
}

/**
 * Runs `run` inside a span that is active for everything it starts, and ends the span when `run` returns, resolves,
 * throws or rejects. A failure is recorded on the span and passes on unchanged.
 *
 * Below a span that was not sampled it only calls `run` with that span: every standard sampler gives a child of an
 * unsampled local parent the same answer, so a child of its own would cost ids and a context to record nothing.
 */
export function withSpan<T>(name: string, options: WithSpanOptions, run: (span: Span) => T): T {
  const parent = options.parent ?? context.active();
  const parentSpan = trace.getSpan(parent);
  if (parentSpan && isUnsampledHere(parentSpan.spanContext())) {
    return options.parent ? context.with(parent, run, undefined, parentSpan) : run(parentSpan);
  }
  const span = tracer(options.tracer).startSpan(name, options, parent);
  const active = trace.setSpan(parent, span);
  if (!span.isRecording()) return context.with(active, run, undefined, span);
  return context.with(active, runAndEnd<T>, undefined, span, run);
}

/** Marks a span as failed: `error.type`, ERROR status, and the exception on the innermost span that saw it. */
export function failSpan(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const { type, message, stack } = describeError(error);
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  if (wasRecorded(error)) return;
  span.addEvent('exception', {
    'exception.type': type,
    'exception.message': message,
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
  });
}

// Private:

function runAndEnd<T>(span: Span, run: (span: Span) => T): T {
  let result: T;
  try {
    result = run(span);
  } catch (error) {
    failSpan(span, error);
    span.end();
    throw error;
  }
  if (!isPromise(result)) {
    span.end();
    return result;
  }
  const ended = result.then(
    (value) => {
      span.end();
      return value;
    },
    (error: unknown) => {
      failSpan(span, error);
      span.end();
      throw error;
    },
  );
  // T is the promise type here: the chained promise settles exactly as the given one does.
  return ended as T;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

function isUnsampledHere(parent: SpanContext): boolean {
  return (
    (parent.traceFlags & TraceFlags.SAMPLED) === 0 &&
    parent.isRemote !== true &&
    parent.traceId !== INVALID_TRACEID
  );
}

/** Errors travel up through nested spans: one stack trace a failure is enough, the outer spans carry the status. */
const recorded = new WeakSet<object>();

function wasRecorded(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (recorded.has(error)) return true;
  recorded.add(error);
  return false;
}
