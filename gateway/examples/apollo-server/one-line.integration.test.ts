import { readFile } from 'node:fs/promises';
import type { ApolloServerPlugin } from '@apollo/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLibrary } from '../../src/testing/index.ts';
import * as stock from './stock.ts';
import * as tributary from './tributary.ts';

const OPERATIONS: Readonly<Record<string, object>> = {
  'one subgraph': { query: '{ viewer { id name } }' },
  'entities of three subgraphs': {
    query: '{ readers(first: 3) { id card balance loans { title fine dueInDays } } loanCount }',
  },
  'aliases, fragments and __typename': {
    query:
      'query Q { a: viewer { ...R } b: viewer { ... on Reader { n: name } __typename } } fragment R on Reader { id }',
  },
  'variables with defaults and conditions': {
    query:
      'query Q($first: Int = 1, $no: Boolean!) { readers(first: $first) { id name @skip(if: $no) balance } }',
    variables: { no: true },
  },
  'a mutation': { query: 'mutation { rename(name: "Ünï") { name loans { title } } }' },
  'mutations one after the other': {
    query: 'mutation { a: rename(name: "A") { name } b: rename(name: "B") { name } }',
  },
  'the named one of several operations': {
    query: 'query A { loanCount } query B { viewer { ...N } } fragment N on Reader { name }',
    operationName: 'B',
  },
  '__typename alone': { query: '{ __typename }' },
  'nothing, once conditions are applied': { query: '{ loanCount @skip(if: true) }' },
  'text beyond ASCII': { query: 'query ($t: String!) { echo(text: $t) }', variables: { t: '“日本語” 😀\n' } },
  introspection: { query: '{ __schema { queryType { fields { name type { name kind } } } } }' },
  'a syntax error': { query: '{ viewer ' },
  'a field that does not exist': { query: '{ viewer { shelfMark } }' },
  'a variable of a wrong type': {
    query: 'query ($n: Int) { readers(first: $n) { id } }',
    variables: { n: 'x' },
  },
  'an unknown variable value': { query: 'query ($n: Int!) { readers(first: $n) { id } }' },
  'an error of a subgraph with a code': { query: '{ refused viewer { name } }' },
  'an error of a subgraph without a code': { query: '{ broken viewer { name } }' },
  'an empty request': { query: '' },
};

type Library = Awaited<ReturnType<typeof startLibrary>>;
type Server = Awaited<ReturnType<typeof stock.startServer>>;

let library: Library;
const running: (Server & { readonly calls: string[] })[] = [];

beforeAll(async () => {
  // @apollo/gateway sends data of the host to its vendor otherwise.
  vi.stubEnv('APOLLO_TELEMETRY_DISABLED', 'true');
  library = await startLibrary();
  const subgraphs = Object.entries(library.subgraphs).map(([name, { url }]) => ({ name, url }));
  for (const { startServer } of [stock, tributary]) {
    const calls: string[] = [];
    const server = await startServer({ subgraphs, port: 0, plugins: [recordingPlugin(calls)] });
    running.push({ ...server, calls });
  }
});

afterAll(async () => {
  for (const server of running) await server.stop();
  await library[Symbol.asyncDispose]();
});

it('changes one line', async () => {
  const read = async (name: string) =>
    (await readFile(new URL(`./${name}.ts`, import.meta.url), 'utf8')).split('\n');
  const [before, after] = [await read('stock'), await read('tributary')];
  expect(after).toHaveLength(before.length);
  expect(after.filter((line, index) => line !== before[index])).toEqual([
    "import { TributaryGateway as ApolloGateway } from '@tributary/gateway/apollo-server';",
  ]);
});

describe('answers as the stock set-up does, and calls the plugins as often', () => {
  it.each(Object.entries(OPERATIONS))('%s', async (_, body) => {
    const [expected, actual] = [await ask(running[0], body), await ask(running[1], body)];
    expect(expected.answer).toBeTruthy();
    expect(actual).toEqual(expected);
  });
});

async function ask(server: (typeof running)[number] | undefined, body: object) {
  if (server === undefined) throw new Error('The server is not there');
  const { url, calls } = server;
  calls.length = 0;
  const subgraphs = Object.values(library.subgraphs);
  const before = subgraphs.map(({ received }) => received.length);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer 7' },
    body: JSON.stringify(body),
  });
  const { headers, status } = response;
  const answer = await response.text();
  const fetches = subgraphs
    .flatMap(({ received }, index) => received.slice(before[index]))
    // Asked again and again for its schema, by nobody in particular.
    .filter(({ body }) => !body.query.includes('_service'));
  return {
    status,
    // Its text: fields come in the same order too.
    answer,
    type: headers.get('content-type'),
    cache: headers.get('cache-control'),
    calls: [...calls],
    credentials: [...new Set(fetches.map(({ headers }) => headers.authorization))],
  };
}

function recordingPlugin(calls: string[]): ApolloServerPlugin {
  const note = async (name: string, what?: unknown) => {
    calls.push(what === undefined ? name : `${name} ${JSON.stringify(what)}`);
  };
  return {
    async requestDidStart() {
      await note('requestDidStart');
      return {
        didResolveOperation: ({ operationName }) => note('didResolveOperation', operationName),
        didEncounterErrors: ({ errors }) =>
          note(
            'didEncounterErrors',
            errors.map(({ message }) => message),
          ),
        async executionDidStart() {
          await note('executionDidStart');
          return { executionDidEnd: () => note('executionDidEnd') };
        },
        willSendResponse: ({ response: { body } }) =>
          note('willSendResponse', body.kind === 'single' ? body.singleResult.data : body.kind),
      };
    },
  };
}
