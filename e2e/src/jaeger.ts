import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { claimPort } from '@tributary/lifecycle/testing';
import { root, waitUntil } from './process.ts';

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
  /** All spans of a trace once `isWhole` says so: each process exports on its own, in batches. */
  readonly trace: (
    traceId: string,
    isWhole: (spans: readonly JaegerSpan[]) => boolean,
  ) => Promise<readonly JaegerSpan[]>;
}

/** A real Jaeger with its traces in memory, from the binary that infra/jaeger/build.sh makes. */
export async function startJaeger(): Promise<Jaeger> {
  const binary = process.env.JAEGER_BINARY;
  if (binary === undefined)
    throw new Error('JAEGER_BINARY is not set: run infra/jaeger/build.sh, it prints the path');
  const [otlpPort, queryPort] = [await claimPort(), await claimPort()];
  const env = {
    JAEGER_OTLP_PORT: String(otlpPort),
    JAEGER_UI_PORT: String(queryPort),
    JAEGER_GRPC_PORT: '0',
  };
  const config = join(root, 'infra/jaeger/jaeger.yaml');
  const child = spawn(binary, ['--config', config], { env, stdio: 'ignore' });

  const api = `http://127.0.0.1:${queryPort}/api/v3`;
  await waitUntil(
    'Jaeger answers',
    async () => (await fetch(`${api}/services`).catch(() => undefined))?.ok === true,
  );
  return {
    otlpEndpoint: `http://127.0.0.1:${otlpPort}`,
    trace: async (traceId, isWhole) => {
      let spans: readonly JaegerSpan[] = [];
      await waitUntil(`Jaeger has the whole trace ${traceId}`, async () => {
        spans = await readTrace(`${api}/traces/${traceId}`);
        return isWhole(spans);
      });
      return spans;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
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
