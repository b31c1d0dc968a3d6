import { digestOf } from '@tributary/supergraph-delivery';
import type { Registry } from '@tributary/telemetry';
import { type LogRecorder, testTelemetry } from '@tributary/telemetry/testing';
import type { FormattedExecutionResult } from 'graphql';
import { createEngine } from '../execute/index.ts';
import type { Delivery, DeliveryListener, SupergraphSource } from '../source/index.ts';
import type { TextListener } from '../source/text-source.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../start-gateway.ts';

export interface TestGateway extends Gateway {
  readonly endpoint: string;
  readonly registry: Registry;
  readonly logs: LogRecorder;
  query(query: string, options?: QueryOptions): Promise<QueryAnswer>;
  /** Puts a new text in place of the supergraph or the policy and waits until the gateway has dealt with it. */
  changeSupergraph(text: string): Promise<void>;
  changePolicy(text: string): Promise<void>;
  /** What a registry would: a canary, its share, and other things than the text. */
  deliver(delivery: Delivery): Promise<boolean>;
}

export interface QueryOptions {
  readonly variables?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface QueryAnswer extends FormattedExecutionResult {
  readonly status: number;
  readonly headers: Headers;
}

export interface TestGatewayOptions extends Partial<Omit<GatewayOptions, 'supergraph' | 'policy'>> {
  readonly supergraphSdl: string;
  /** The policy file's text. */
  readonly policy?: string;
}

/** The gateway as main.ts puts it together, on a free port, with its texts and its log in the test's hands. */
export async function startTestGateway({
  supergraphSdl,
  policy = '',
  ...options
}: TestGatewayOptions): Promise<TestGateway> {
  const supergraph = memoryDeliveries('supergraph.graphql', supergraphSdl);
  const policySource = memorySource('gateway.yaml', policy);
  const { logger, registry, logs } = testTelemetry('gateway');
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    introspection: true,
    createEngine: createEngine,
    logger,
    registry,
    ...options,
    supergraph,
    policy: policySource,
  });
  const endpoint = `${gateway.url}/graphql`;

  return {
    url: gateway.url,
    generations: gateway.generations,
    get draining() {
      return gateway.draining;
    },
    get overloaded() {
      return gateway.overloaded;
    },
    get freshness() {
      return gateway.freshness;
    },
    endpoint,
    registry,
    logs,
    invalidate: gateway.invalidate,
    query: (query, { variables, headers, signal } = {}) =>
      postQuery(endpoint, { query, variables }, { headers, signal }),
    deliver: supergraph.deliver,
    async changeSupergraph(sdl) {
      await supergraph.deliver(deliveryOf(sdl));
    },
    changePolicy: policySource.change,
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

async function postQuery(
  endpoint: string,
  body: object,
  { headers, signal }: { headers?: object | undefined; signal?: AbortSignal | undefined },
): Promise<QueryAnswer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const result = (await response.json()) as FormattedExecutionResult;
  return { ...result, status: response.status, headers: response.headers };
}

/** A supergraph, and a canary beside it, as a registry delivers them. */
export function deliveryOf(sdl: string, canary?: { readonly sdl: string; readonly share: number }): Delivery {
  return {
    live: { sdl, digest: digestOf(sdl), release: canary && 1 },
    ...(canary && { canary: { ...canary, digest: digestOf(canary.sdl), release: 2 } }),
    salt: 'salt',
    sequence: 0,
  };
}

function memoryDeliveries(location: string, initial: string) {
  let listener: DeliveryListener | undefined;
  const source: SupergraphSource = {
    location,
    read: async () => deliveryOf(initial),
    watch: (next) => {
      listener = next;
      return { [Symbol.asyncDispose]: async () => {} };
    },
  };
  return {
    ...source,
    deliver: async (delivery: Delivery) => (await listener?.onDelivery(delivery)) ?? false,
  };
}

function memorySource(location: string, initial: string) {
  let listener: TextListener | undefined;
  return {
    location,
    read: async () => initial,
    watch: (next: TextListener) => {
      listener = next;
      return { [Symbol.asyncDispose]: async () => {} };
    },
    change: async (text: string) => {
      await listener?.onText(text);
    },
  };
}
