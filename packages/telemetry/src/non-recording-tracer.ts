import {
  type Context,
  context,
  isSpanContextValid,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/**
 * A tracer that records nothing: its spans stand for their parent, so trace context passes through it unchanged and a
 * child started below one of them hangs below the real parent. `rootContext` says who a span without a parent is.
 */
export class NonRecordingTracer implements Tracer {
  readonly #rootContext: () => SpanContext;

  constructor(rootContext: () => SpanContext) {
    this.#rootContext = rootContext;
  }

  startSpan(_name: string, options: SpanOptions = {}, active = context.active()): Span {
    const parent = options.root ? undefined : trace.getSpanContext(active);
    return trace.wrapSpanContext(parent && isSpanContextValid(parent) ? parent : this.#rootContext());
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, run: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    run: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    active: Context,
    run: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    // The overloads allow (run), (options, run) and (options, context, run).
    const run = rest.at(-1) as (span: Span) => ReturnType<F>;
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : {};
    const active = rest.length > 2 ? (rest[1] as Context) : context.active();
    const span = this.startSpan(name, options, active);
    return context.with(trace.setSpan(active, span), run, undefined, span);
  }
}
