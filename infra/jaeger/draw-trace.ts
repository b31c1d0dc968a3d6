/**
 * Draws a trace that Jaeger holds as an SVG waterfall on stdout: for docs, and for a Jaeger without its web page.
 *
 * Usage: node infra/jaeger/draw-trace.ts TRACE_ID [http://localhost:16686]
 */
interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface OtlpSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
}
interface OtlpAnswer {
  readonly result: {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly Attribute[] };
      readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
    }[];
  };
}
interface Bar {
  readonly service: string;
  readonly label: string;
  readonly depth: number;
  readonly startMs: number;
  readonly durationMs: number;
}

const COLOURS: Readonly<Record<string, string>> = {
  gateway: '#4c78a8',
  users: '#f58518',
  orders: '#54a24b',
  loyalty: '#b279a2',
};
const [ROW, LABELS, WIDTH, MARGIN] = [22, 360, 1180, 12];

const [traceId, jaeger = 'http://localhost:16686'] = process.argv.slice(2);
if (traceId === undefined) throw new Error('usage: node infra/jaeger/draw-trace.ts TRACE_ID [JAEGER_URL]');
const response = await fetch(`${jaeger}/api/v3/traces/${traceId}`);
if (!response.ok) throw new Error(`Jaeger at ${jaeger} has no trace ${traceId}: ${response.status}`);
process.stdout.write(draw(toBars((await response.json()) as OtlpAnswer)));

/** Depth first, each span's children by their start. */
function toBars({ result }: OtlpAnswer): readonly Bar[] {
  const spans = result.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = textOf(resource.attributes, 'service.name');
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ service, span })));
  });
  const ids = new Set(spans.map(({ span }) => span.spanId));
  const origin = spans.map(({ span }) => BigInt(span.startTimeUnixNano)).reduce((a, b) => (a < b ? a : b));
  const below = (parent: string | undefined, depth: number): readonly Bar[] =>
    spans
      .filter(({ span }) =>
        parent === undefined ? !ids.has(span.parentSpanId ?? '') : span.parentSpanId === parent,
      )
      .sort((a, b) => Number(BigInt(a.span.startTimeUnixNano) - BigInt(b.span.startTimeUnixNano)))
      .flatMap(({ service, span }) => [
        toBar(service, span, depth, origin),
        ...below(span.spanId, depth + 1),
      ]);
  return below(undefined, 0);
}

function toBar(service: string, span: OtlpSpan, depth: number, origin: bigint): Bar {
  const start = BigInt(span.startTimeUnixNano);
  const size = textOf(span.attributes ?? [], 'dataloader.batch.size');
  return {
    service,
    label: size === '' ? span.name : `${span.name} (${size})`,
    depth,
    startMs: Number(start - origin) / 1e6,
    durationMs: Number(BigInt(span.endTimeUnixNano) - start) / 1e6,
  };
}

function draw(bars: readonly Bar[]): string {
  const totalMs = Math.max(...bars.map((bar) => bar.startMs + bar.durationMs));
  const x = (ms: number) => LABELS + (ms / totalMs) * (WIDTH - LABELS - 80);
  const height = (bars.length + 1) * ROW + 2 * MARGIN;
  const rows = bars.map((bar, index) => {
    const y = MARGIN + (index + 1) * ROW;
    const colour = COLOURS[bar.service] ?? '#888888';
    const width = Math.max(2, x(bar.startMs + bar.durationMs) - x(bar.startMs));
    return [
      `<rect x="${x(bar.startMs).toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="${ROW - 8}" rx="2" fill="${colour}"/>`,
      `<text x="${MARGIN + bar.depth * 14}" y="${y + 15}"><tspan fill="${colour}" font-weight="bold">${escapeXml(bar.service)}</tspan> ${escapeXml(bar.label)}</text>`,
      `<text x="${(x(bar.startMs + bar.durationMs) + 6).toFixed(1)}" y="${y + 15}" fill="#666">${bar.durationMs.toFixed(1)} ms</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="ui-monospace, monospace" font-size="12">`,
    '<title>The spans of one trace</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="${MARGIN + 12}" fill="#666">one trace, ${bars.length} spans, ${totalMs.toFixed(1)} ms</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function textOf(attributes: readonly Attribute[], key: string): string {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value === undefined ? '' : String(Object.values(value)[0]);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
