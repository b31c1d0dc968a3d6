import { describe, expect, it } from 'vitest';
import {
  currentTraceId,
  currentTraceparent,
  extractContext,
  injectHeaders,
  runInContext,
} from './propagation.ts';
import { recordSpans } from './testing.ts';
import { withSpan } from './with-span.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

describe('W3C trace context', () => {
  it('makes a span the child of the caller', () => {
    using spans = recordSpans();
    withSpan('server', { parent: extractContext({ traceparent: TRACEPARENT }) }, () => {
      expect(currentTraceId()).toBe(TRACE_ID);
    });
    expect(spans.finished()[0]?.parentSpanContext).toMatchObject({ spanId: SPAN_ID, isRemote: true });
  });

  it('sends the active span on, with the caller’s tracestate', () => {
    using _spans = recordSpans();
    const parent = extractContext({ traceparent: TRACEPARENT, tracestate: 'vendor=1' });
    const headers = withSpan('client', { parent }, () => ({
      sent: injectHeaders({ accept: '*/*' }),
      active: currentTraceparent(),
    }));
    expect(headers.sent).toEqual({ accept: '*/*', traceparent: headers.active, tracestate: 'vendor=1' });
    expect(headers.active).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
    expect(headers.active).not.toContain(SPAN_ID);
  });

  it('adds no header where there is no span', () => {
    using _spans = recordSpans();
    expect(injectHeaders({})).toEqual({});
    expect(currentTraceparent()).toBeUndefined();
  });

  it('keeps a caller’s decision not to sample', () => {
    using spans = recordSpans();
    const parent = extractContext({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-00` });
    const sent = withSpan('server', { parent }, () => currentTraceparent());
    expect(sent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
    expect(spans.finished()).toEqual([]);
  });

  it.each([
    ['empty', ''],
    ['text', 'not a traceparent'],
    ['all-zero trace id', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['all-zero span id', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['upper case', TRACEPARENT.toUpperCase()],
    ['version ff', `ff-${TRACE_ID}-${SPAN_ID}-01`],
    ['version 00 with more fields', `${TRACEPARENT}-extra`],
    ['short trace id', `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    ['two headers that node joined', `${TRACEPARENT}, ${TRACEPARENT}`],
    ['a megabyte', '0'.repeat(1_000_000)],
    ['control characters', `${TRACEPARENT}\u0000`],
  ])('starts a new trace for a malformed traceparent: %s', (_case, traceparent) => {
    using spans = recordSpans();
    withSpan('server', { parent: extractContext({ traceparent }) }, () => {
      expect(currentTraceId()).toMatch(/^[0-9a-f]{32}$/);
    });
    expect(currentTraceId()).toBeUndefined();
    expect(spans.finished()[0]?.parentSpanContext).toBeUndefined();
    expect(spans.finished()[0]?.spanContext().traceId).not.toBe(TRACE_ID);
  });

  it('passes only the sampled flag on', () => {
    using _spans = recordSpans();
    const context = extractContext({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-ff` });
    expect(runInContext(context, () => injectHeaders({}))).toEqual({ traceparent: TRACEPARENT });
  });

  it('does not let an active span leak into the caller’s context', () => {
    using _spans = recordSpans();
    withSpan('worker', {}, () => {
      const stranger = extractContext({});
      expect(runInContext(stranger, () => currentTraceparent())).toBeUndefined();
    });
  });

  it('survives a malformed or huge tracestate', () => {
    using _spans = recordSpans();
    const tracestate = `${'x'.repeat(2000)}=1,,=,a=b=c`;
    const parent = extractContext({ traceparent: TRACEPARENT, tracestate });
    expect(withSpan('server', { parent }, () => currentTraceId())).toBe(TRACE_ID);
  });
});
