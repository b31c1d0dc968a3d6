import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { startTelemetry } from '@tributary/telemetry';
import { fastify } from 'fastify';
import { startGateway } from '../../gateway/src/start-gateway.ts';
import { DATA, SCHEMA } from './operation.ts';

// Each answers DATA to POST /graphql without any execution behind it. They return their port.

const TEXT = JSON.stringify({ data: DATA });
const BYTE_TEXT = Buffer.from(TEXT).toString('latin1');

export type ServerName = keyof typeof SERVERS;

export const SERVERS = {
  'node:http alone': bareNode,
  'fastify alone': bareFastify,
  'the gateway, no tracing': () => tributary({ OTEL_SDK_DISABLED: 'true' }),
  'the gateway, 1 % traced': () =>
    tributary({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }),
  'the gateway, all traced': () => tributary({ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }),
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

/** Everything of the gateway but its engine. Spans go to a collector that takes and forgets them. */
async function tributary(env: Readonly<Record<string, string>>): Promise<number> {
  const collector = createServer((request, response) => request.resume().on('end', () => response.end()));
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { logger, registry } = startTelemetry({
    serviceName: 'gateway',
    serviceVersion: 'bench',
    env: {
      LOG_LEVEL: 'error',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      ...env,
    },
  });
  const nothing = { [Symbol.asyncDispose]: async () => {} };
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    supergraph: { location: 'bench', read: async () => '', watch: () => nothing },
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
