import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { buildSchema, graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { type PlatformProcess, waitUntil } from '../src/process.ts';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';

/** Claim 8: what clients use decides what may change; apps that are out there count without any traffic. */
const SCHEMA = `type Query {
  books(first: Int, order: Order, by: Filter): [Book]
  count: Int
}
type Book {
  id: ID!
  title: String
  isbn: String
  shelf: String
}
input Filter {
  text: String
  shelf: String
}
enum Order {
  TITLE
  SHELF
}
`;

interface Verdict {
  readonly kind: string;
  readonly why: string;
  readonly samples: number;
  readonly uses: number;
  readonly usedBy: readonly string[];
}

let platform: RegistryPlatform;
let gateways: readonly PlatformProcess[];
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  const subgraph = stack.use(await startBooks());
  platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  const published = await platform.tributary(
    ['subgraph', 'publish', 'books', '--schema', '-', '--routing-url', subgraph.url],
    SCHEMA,
  );
  expect(published).toMatchObject({ code: 0 });
  const start = async () => {
    const gateway = stack.use(await platform.createGateway({ USAGE_REPORT_MS: '100' }));
    await gateway.start();
    return gateway;
  };
  gateways = await Promise.all([start(), start()]);
});
afterAll(() => stack.disposeAsync());

/** Any subgraph will do: this one has no entities, and is never asked for its schema. */
async function startBooks() {
  const schema = buildSchema(SCHEMA);
  const books = [{ id: '1', title: 'Rivers', isbn: '978', shelf: 'A' }];
  const server = createServer((request, response) => {
    void (async () => {
      const { query, variables } = (await json(request)) as { query: string; variables?: object };
      const rootValue = { books, count: books.length };
      const result = await graphql({ schema, source: query, variableValues: { ...variables }, rootValue });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function gateway(index: number): PlatformProcess {
  const found = gateways[index % gateways.length];
  if (found === undefined) throw new Error('gateways were started');
  return found;
}

function send(index: number, query: string, variables: object = {}, client = ['web', '12']) {
  const [name = '', version = ''] = client;
  const headers = { 'apollographql-client-name': name, 'apollographql-client-version': version };
  return postGraphQL(`${gateway(index).url}/graphql`, { query, variables }, headers);
}

async function sendMany(count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => send(index, '{ count }')));
    for (const { status } of answers) expect(status).toBe(200);
  }
}

async function check(from: string, to: string) {
  expect(SCHEMA).toContain(from);
  const args = ['subgraph', 'check', 'books', '--schema', '-', '--format', 'json'];
  const { code, stdout } = await platform.tributary(args, SCHEMA.replace(from, to));
  const { findings } = JSON.parse(stdout).data as { findings: { rule: string; verdict?: Verdict }[] };
  return { code, verdict: findings.find(({ rule }) => rule.startsWith('breaking/'))?.verdict };
}

async function samples(): Promise<number> {
  return (await check('  shelf: String\n}\ninput', '}\ninput')).verdict?.samples ?? 0;
}

async function untilCounted(count: number): Promise<void> {
  await waitUntil(`${count} requests are counted`, async () => (await samples()) >= count, 30_000);
  expect(await samples()).toBe(count);
}

describe('what clients send through several gateways', () => {
  let sent = 0;

  it('fails a check that would break one of them, and names it', async () => {
    const link = new HttpLink({ uri: `${gateway(0).url}/graphql` });
    const apollo = new ApolloClient({
      link,
      cache: new InMemoryCache(),
      clientAwareness: { name: 'ios', version: '3.1' },
    });
    await apollo.query({ query: gql('query Isbn { books(first: 1) { isbn } }') });
    await send(1, 'query Titles($order: Order) { books(order: $order) { title } }', { order: 'TITLE' });
    await send(1, 'query Found($by: Filter) { books(by: $by) { id } }', {
      by: { text: 'rivers', shelf: null },
    });
    sent += 3;
    await untilCounted(sent);
    expect(await check('  isbn: String\n', '')).toMatchObject({
      code: 1,
      verdict: { kind: 'unsafe', uses: 1, samples: 3, usedBy: ['client ios 3.1'] },
    });
    expect(await check('  TITLE\n', '')).toMatchObject({ verdict: { usedBy: ['client web 12'] } });
    expect(await check('first: Int,', 'first: Int!,')).toMatchObject({
      verdict: { kind: 'unsafe', uses: 2 },
    });
    expect(await check('  shelf: String\n}\nenum', '  shelf: String!\n}\nenum')).toMatchObject({
      verdict: { kind: 'unsafe', uses: 1 },
    });
  });

  it('is too little to say that nobody uses a field, until there was enough of it', async () => {
    const removed = ['  SHELF\n', ''] as const;
    expect(await check(...removed)).toMatchObject({ code: 1, verdict: { kind: 'inconclusive' } });
    await sendMany(3_000);
    sent += 3_000;
    await untilCounted(sent);
    const { code, verdict } = await check(...removed);
    expect({ code, kind: verdict?.kind, why: verdict?.why }).toEqual({
      code: 0,
      kind: 'safe',
      why: '0 uses in 3003 samples: with 95 % confidence less than 0.10 % of requests use it',
    });
  });

  it('is answered as ever while the registry is killed, and counted once when it is back', async () => {
    await platform.registry.stop('SIGKILL');
    await sendMany(200);
    sent += 200;
    await platform.registry.start();
    await untilCounted(sent);
  });

  it('is told to the end: a gateway that stops sends what it has', async () => {
    const last = await platform.createGateway({ USAGE_REPORT_MS: '3600000' });
    await last.start();
    await postGraphQL(`${last.url}/graphql`, { query: '{ count }' });
    expect(await last.stop()).toBe(0);
    sent += 1;
    await untilCounted(sent);
  });
});

describe('an app that is out there', () => {
  const MANIFEST = JSON.stringify({ a1: 'query Shelves { books { shelf } }' });
  const removed = ['  shelf: String\n}\ninput', '}\ninput'] as const;

  it('holds up a change that breaks it, with no traffic, until it is retired', async () => {
    expect(await check(...removed)).toMatchObject({ code: 0, verdict: { kind: 'safe' } });
    const publish = ['app', 'publish', 'android', '5.0', '--manifest', '-'];
    expect(await platform.tributary(publish, MANIFEST)).toMatchObject({ code: 0 });
    expect(await check(...removed)).toMatchObject({
      code: 1,
      verdict: { kind: 'unsafe', uses: 0, usedBy: ['app android 5.0 (Shelves)'] },
    });
    expect(await platform.tributary(['app', 'retire', 'android', '5.0'])).toMatchObject({ code: 0 });
    expect(await check(...removed)).toMatchObject({ code: 0, verdict: { kind: 'safe' } });
  });
});
