import { type Context, context, type Span, type SpanOptions, type Tracer, trace } from '@opentelemetry/api';

/** The half of a tracer that follows from its `startSpan`. */
export abstract class BaseTracer implements Tracer {
  abstract startSpan(name: string, options?: SpanOptions, active?: Context): Span;

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
