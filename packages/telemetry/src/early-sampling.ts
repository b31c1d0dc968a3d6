import {
  type Context,
  context,
  isSpanContextValid,
  type Span,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import {
  type IdGenerator,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
} from '@opentelemetry/sdk-trace';
import { BaseTracer } from './base-tracer.ts';

/** The SDK's ids, with the trace id of the next root chosen before the SDK asks for it. */
export class TraceIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: string | undefined;

  generateTraceId = (): string => {
    const id = this.#next ?? this.#random.generateTraceId();
    this.#next = undefined;
    return id;
  };

  generateSpanId = (): string => this.#random.generateSpanId();

  choose(traceId: string): void {
    this.#next = traceId;
  }
}

/**
 * Asks the sampler before the SDK does, so that a span that will not be recorded costs two ids and no more: the SDK
 * first copies attributes and counts the span. Right for samplers that decide by parent and trace id alone, as all
 * of OTEL_TRACES_SAMPLER do; the SDK asks the same sampler again and gets the same answer.
 */
export function sampleEarly(provider: TracerProvider, sampler: Sampler, ids: TraceIds): TracerProvider {
  const tracers = new Map<string, Tracer>();
  return {
    getTracer(name, version, options) {
      const known = tracers.get(name);
      if (known) return known;
      const made = new EarlySamplingTracer(provider.getTracer(name, version, options), sampler, ids);
      // Libraries come with a version, and more than one copy of each is rare: only ours are worth a memory.
      if (version === undefined && options === undefined) tracers.set(name, made);
      return made;
    },
  };
}

// Private:

class EarlySamplingTracer extends BaseTracer {
  readonly #tracer: Tracer;
  readonly #sampler: Sampler;
  readonly #ids: TraceIds;

  constructor(tracer: Tracer, sampler: Sampler, ids: TraceIds) {
    super();
    this.#tracer = tracer;
    this.#sampler = sampler;
    this.#ids = ids;
  }

  override startSpan(name: string, options: SpanOptions = {}, active: Context = context.active()): Span {
    const base = options.root ? trace.deleteSpan(active) : active;
    const known = trace.getSpanContext(base);
    const parent = known && isSpanContextValid(known) ? known : undefined;
    const traceId = parent?.traceId ?? this.#ids.generateTraceId();
    const kind = options.kind ?? SpanKind.INTERNAL;
    const { decision, traceState = parent?.traceState } = this.#sampler.shouldSample(
      base,
      traceId,
      name,
      kind,
      {},
      [],
    );
    if (decision === SamplingDecision.NOT_RECORD) {
      const spanId = this.#ids.generateSpanId();
      return trace.wrapSpanContext({
        traceId,
        spanId,
        traceFlags: TraceFlags.NONE,
        ...(traceState && { traceState }),
      });
    }
    if (parent === undefined) this.#ids.choose(traceId);
    return this.#tracer.startSpan(name, options, active);
  }
}
