import { readFile } from 'node:fs/promises';
import type { ApolloServerPlugin } from '@apollo/server';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startLibrary } from '../../src/testing/index.ts';
import * as stock from './stock.ts';
import * as tributary from './tributary.ts';

const setUps = { stock, tributary };

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

beforeAll(() => {
  // @apollo/gateway sends data of the host to its vendor otherwise.
  vi.stubEnv('APOLLO_TELEMETRY_DISABLED', 'true');
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
    await using library = await startLibrary();
    const [expected, actual] = [await ask('stock', library, body), await ask('tributary', library, body)];
    expect(actual).toEqual(expected);
  });
});

type Library = Awaited<ReturnType<typeof startLibrary>>;

async function ask(name: keyof typeof setUps, { subgraphs }: Library, body: object) {
  const calls: string[] = [];
  const server = await setUps[name].startServer({
    subgraphs: Object.entries(subgraphs).map(([name, { url }]) => ({ name, url })),
    port: 0,
    plugins: [recordingPlugin(calls)],
  });
  try {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer 7' },
      body: JSON.stringify(body),
    });
    const { headers, status } = response;
    const answer = await response.text();
    const forwarded = Object.values(subgraphs).flatMap(({ received }) =>
      received
        .filter(({ body }) => !body.query.includes('_service'))
        .map(({ headers }) => headers.authorization),
    );
    return {
      status,
      answer: JSON.parse(answer),
      type: headers.get('content-type'),
      cache: headers.get('cache-control'),
      calls,
      credentials: [...new Set(forwarded)],
    };
  } finally {
    await server.stop();
  }
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
