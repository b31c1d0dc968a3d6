import {
  context,
  isSpanContextValid,
  type Span,
  type SpanContext,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { BaseTracer } from './base-tracer.ts';

/**
 * A tracer that records nothing: its spans stand for their parent, so trace context passes through it unchanged and a
 * child started below one of them hangs below the real parent. `rootContext` says who a span without a parent is.
 */
export class NonRecordingTracer extends BaseTracer {
  readonly #rootContext: () => SpanContext;

  constructor(rootContext: () => SpanContext) {
    super();
    this.#rootContext = rootContext;
  }

  override startSpan(_name: string, options: SpanOptions = {}, active = context.active()): Span {
    const parent = options.root ? undefined : trace.getSpanContext(active);
    return trace.wrapSpanContext(parent && isSpanContextValid(parent) ? parent : this.#rootContext());
  }
}
