import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { startTelemetry } from '@tributary/telemetry';
import { fastify } from 'fastify';
import { Pool } from 'undici';
import { deliveriesOf } from '../../gateway/src/source/index.ts';
import { startGateway } from '../../gateway/src/start-gateway.ts';
import { DATA, SCHEMA } from './operation.ts';

// Each answers DATA to POST /graphql without any execution behind it. They return their port; spans go to `collectorUrl`.

const TEXT = JSON.stringify({ data: DATA });
const BYTE_TEXT = Buffer.from(TEXT).toString('latin1');

export type ServerName = keyof typeof SERVERS;

export const SERVERS = {
  'node:http alone': bareNode,
  'fastify alone': bareFastify,
  'the gateway, no tracing': (url: string) => tributary(url, { OTEL_SDK_DISABLED: 'true' }),
  'the gateway on node:http': (url: string) =>
    tributary(url, { OTEL_SDK_DISABLED: 'true' }, 'server: { httpServer: node }'),
  'the gateway, 1 % traced': (url: string) =>
    tributary(url, { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }),
  'the gateway, all traced': (url: string) =>
    tributary(url, { OTEL_TRACES_SAMPLER: 'parentbased_always_on' }),
  'Apollo Server': apolloServer,
} as const;

/** The least that any server does: reads the body, parses it, sends the answer. */
async function bareNode(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString());
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': BYTE_TEXT.length,
      });
      response.end(BYTE_TEXT, 'latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function bareFastify(): Promise<number> {
  const server = fastify();
  server.post('/graphql', async (_request, reply) => {
    reply.header('content-type', 'application/json; charset=utf-8');
    return TEXT;
  });
  return portOf(await server.listen({ port: 0, host: '127.0.0.1' }));
}

/** Everything of the gateway but its engine. */
async function tributary(
  collectorUrl: string,
  env: Readonly<Record<string, string>>,
  policy = '',
): Promise<number> {
  const { logger, registry } = startTelemetry({
    serviceName: 'gateway',
    serviceVersion: 'bench',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl, LOG_LEVEL: 'error', ...env },
  });
  keepOutgoingConnection(collectorUrl);
  const nothing = { [Symbol.asyncDispose]: async () => {} };
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    supergraph: deliveriesOf({ location: 'bench', read: async () => '', watch: () => nothing }),
    policy: { location: 'bench', read: async () => policy, watch: () => nothing },
    createEngine: async () => ({
      schema: SCHEMA,
      execute: async () => ({ kind: 'text', text: BYTE_TEXT }),
      ...nothing,
    }),
    introspection: false,
    logger,
    registry,
  });
  return portOf(gateway.url);
}

/**
 * A gateway has connections of both directions, and code that node has compiled for incoming ones alone is faster than
 * it would ever be there.
 */
function keepOutgoingConnection(url: string): void {
  const pool = new Pool(url, { connections: 1 });
  setInterval(async () => {
    const response = await pool.request({ method: 'POST', path: '/', body: '{}' });
    await response.body.text();
  }, 500).unref();
}

async function apolloServer(): Promise<number> {
  const server = new ApolloServer({
    gateway: {
      load: async () => ({ schema: SCHEMA, executor: async () => ({ data: DATA }) }),
      onSchemaLoadOrUpdate: (callback) => {
        callback({ apiSchema: SCHEMA, coreSupergraphSdl: '' });
        return () => {};
      },
      stop: async () => {},
    },
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return portOf(url);
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
