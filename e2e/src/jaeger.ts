import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitUntil } from './process.ts';

export interface JaegerSpan {
  readonly service: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  /** As OTLP counts: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Jaeger extends AsyncDisposable {
  readonly otlpEndpoint: string;
  /** All spans of a trace once it has at least `count` of them; exporters send in batches. */
  readonly trace: (traceId: string, count: number) => Promise<readonly JaegerSpan[]>;
}

/** A real Jaeger with its traces in memory, from the binary that infra/jaeger/build.sh makes. */
export async function startJaeger(): Promise<Jaeger> {
  const binary = process.env.JAEGER_BINARY;
  if (binary === undefined)
    throw new Error('JAEGER_BINARY is not set: run infra/jaeger/build.sh, it prints the path');
  const [otlpPort, queryPort, grpcPort] = [await freePort(), await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'jaeger-'));
  const config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify(configuration(otlpPort, queryPort, grpcPort)));

  const child = spawn(binary, ['--config', config], { stdio: 'ignore' });
  const api = `http://127.0.0.1:${queryPort}/api/v3`;
  await waitUntil(
    'Jaeger answers',
    async () => (await fetch(`${api}/services`).catch(() => undefined))?.ok === true,
  );
  return {
    otlpEndpoint: `http://127.0.0.1:${otlpPort}`,
    trace: async (traceId, count) => {
      let spans: readonly JaegerSpan[] = [];
      await waitUntil(`Jaeger has ${count} spans of ${traceId}`, async () => {
        spans = await readTrace(`${api}/traces/${traceId}`);
        return spans.length >= count;
      });
      return spans;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function configuration(otlpPort: number, queryPort: number, grpcPort: number) {
  const at = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 10_000 } } } },
      jaeger_query: { storage: { traces: 'memory' }, http: at(queryPort), grpc: at(grpcPort) },
    },
    receivers: { otlp: { protocols: { http: at(otlpPort) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  };
}

/** The parts of an OTLP/JSON trace that are read here. */
interface OtlpTrace {
  readonly result?: {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly OtlpAttribute[] };
      readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
    }[];
  };
}
interface OtlpSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: readonly OtlpAttribute[];
}
interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

async function readTrace(url: string): Promise<readonly JaegerSpan[]> {
  const response = await fetch(url);
  if (!response.ok) return [];
  const { result } = (await response.json()) as OtlpTrace;
  return (result?.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service = attributesOf(resource.attributes)['service.name'] ?? '';
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        service,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        name: span.name,
        kind: span.kind,
        attributes: attributesOf(span.attributes ?? []),
      }));
  });
}

function attributesOf(attributes: readonly OtlpAttribute[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
}
