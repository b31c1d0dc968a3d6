import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { currentSpan, currentTraceId } from './propagation.ts';
import { recordSpans } from './testing.ts';
import { withSpan } from './with-span.ts';

class SoldOut extends Error {
  readonly code = 'SOLD_OUT';
}

describe('withSpan', () => {
  it('gives back what the work returns, sync or async, and ends the span', async () => {
    using spans = recordSpans();
    expect(withSpan('sync', {}, () => 1)).toBe(1);
    expect(await withSpan('async', {}, async () => 2)).toBe(2);
    expect(spans.finished().map((span) => span.name)).toEqual(['sync', 'async']);
  });

  it('records kind, attributes and scope', () => {
    using spans = recordSpans();
    withSpan('fetch', { kind: SpanKind.CLIENT, attributes: { a: 1 }, tracer: 'orders' }, (span) => {
      span.setAttribute('b', 'two');
    });
    const [span] = spans.finished();
    expect(span).toMatchObject({ kind: SpanKind.CLIENT, attributes: { a: 1, b: 'two' } });
    expect(span?.instrumentationScope.name).toBe('orders');
  });

  it('keeps parent and child together across awaits, timers and parallel work', async () => {
    using spans = recordSpans();
    await withSpan('parent', {}, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(['left', 'right'].map((name) => withSpan(name, {}, () => Promise.resolve(name))));
    });
    const [parent] = spans.named('parent');
    for (const name of ['left', 'right']) {
      expect(spans.named(name)[0]?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
    }
  });

  it('never mixes two requests that run at the same time', async () => {
    using spans = recordSpans();
    const request = () =>
      withSpan('request', {}, async () => {
        const before = currentTraceId();
        await new Promise((resolve) => setImmediate(resolve));
        return [before, currentTraceId()];
      });
    const answers = await Promise.all(Array.from({ length: 50 }, request));
    expect(answers.every(([before, after]) => before === after)).toBe(true);
    expect(new Set(answers.map(([id]) => id)).size).toBe(50);
    expect(spans.finished()).toHaveLength(50);
  });

  it('marks the span of failed work and passes the failure on unchanged', async () => {
    using spans = recordSpans();
    const failure = new SoldOut('none left');
    await expect(withSpan('reject', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    const [span] = spans.finished();
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'none left' });
    expect(span?.attributes).toEqual({ 'error.type': 'SOLD_OUT' });
    expect(span?.events[0]?.attributes).toMatchObject({ 'exception.message': 'none left' });
  });

  it('marks the span of work that throws before it returns a promise', () => {
    using spans = recordSpans();
    const work = () =>
      withSpan('throw', {}, () => {
        throw new TypeError('no');
      });
    expect(work).toThrow('no');
    expect(spans.finished()[0]?.attributes['error.type']).toBe('TypeError');
  });

  it('records an exception once, on the innermost span, and marks the outer ones', async () => {
    using spans = recordSpans();
    const inner = () => withSpan('inner', {}, () => Promise.reject(new Error('once')));
    await withSpan('outer', {}, inner).catch(() => {});
    expect(spans.finished().map((span) => [span.name, span.status.code, span.events.length])).toEqual([
      ['inner', SpanStatusCode.ERROR, 1],
      ['outer', SpanStatusCode.ERROR, 0],
    ]);
  });

  it('keeps addresses and tokens in an error out of the span', async () => {
    using spans = recordSpans();
    const failure = new Error('mia@example.com used Bearer abcdefgh12345678');
    await withSpan('leak', {}, () => Promise.reject(failure)).catch(() => {});
    const [span] = spans.finished();
    expect(JSON.stringify([span?.status, span?.events])).not.toMatch(/mia@|abcdefgh/);
  });

  it('survives work that throws something that is no error', () => {
    using spans = recordSpans();
    for (const thrown of [undefined, null, 'text', { code: 'X' }]) {
      expect(() =>
        withSpan('odd', {}, () => {
          throw thrown;
        }),
      ).toThrow();
    }
    expect(spans.finished()).toHaveLength(4);
  });

  it('records nothing below an unsampled span, and keeps its trace id', () => {
    using spans = recordSpans();
    const unsampled = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE };
    const parent = trace.setSpanContext(ROOT_CONTEXT, unsampled);
    withSpan('outer', { parent }, () =>
      withSpan('inner', {}, () => {
        expect(currentSpan()?.isRecording()).toBe(false);
        expect(currentTraceId()).toBe(unsampled.traceId);
      }),
    );
    expect(spans.finished()).toEqual([]);
  });

  it('works without any telemetry started', () => {
    expect(withSpan('nothing', {}, () => currentTraceId())).toBeUndefined();
  });
});
