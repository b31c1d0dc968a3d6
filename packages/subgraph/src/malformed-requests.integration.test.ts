import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { IDENTITY_HEADER } from '@tributary/identity';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBooks, startBooks } from './test-subgraph.fixture.ts';
import { signedIn } from './testing.ts';

const MEBIBYTE = 1024 * 1024;

describe('a subgraph that its gateway sends nonsense', () => {
  let books: RunningBooks;
  beforeAll(async () => {
    books = await startBooks();
  });
  afterAll(() => books[Symbol.asyncDispose]());

  async function send(
    body: string | Uint8Array<ArrayBuffer> | undefined,
    { method = 'POST', ...headers }: Record<string, string> = {},
  ): Promise<{ status: number; code: string | undefined; body: string }> {
    const response = await fetch(`${books.url}/graphql`, {
      method,
      headers: {
        'content-type': 'application/json',
        [IDENTITY_HEADER]: await books.signer.sign(signedIn('mia'), 'books'),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const answer = await response.text();
    const code = answer === '' ? undefined : JSON.parse(answer).errors?.[0]?.extensions?.code;
    return { status: response.status, code, body: answer };
  }

  const query = (source: string, rest: object = {}) => JSON.stringify({ query: source, ...rest });
  const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

  it.each<readonly [string, string | undefined, number, string]>([
    ['no body', undefined, 400, 'BAD_REQUEST'],
    ['an empty body', '', 400, 'BAD_REQUEST'],
    ['text that is no JSON', '{"query"', 400, 'BAD_REQUEST'],
    ['JSON that is no object', '7', 400, 'BAD_REQUEST'],
    ['null', 'null', 400, 'BAD_REQUEST'],
    ['a batch', `[${query('{ __typename }')}]`, 400, 'BAD_REQUEST'],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    ['a query that is no text', '{"query":{}}', 400, 'BAD_REQUEST'],
    ['variables that are no object', query('{ __typename }', { variables: 'x' }), 400, 'BAD_REQUEST'],
    ['a prototype', '{"query":"{__typename}","__proto__":{"a":1}}', 400, 'BAD_REQUEST'],
    [
      'a persisted query',
      query('{ __typename }', { extensions: { persistedQuery: {} } }),
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    ['a document that does not parse', query('{'), 400, 'GRAPHQL_PARSE_FAILED'],
    ['a document that does not fit the schema', query('{ nothing }'), 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a mutation where there is none', query('mutation { nothing }'), 200, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'several operations and no name',
      query('query A { __typename } query B { __typename }'),
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a variable of a wrong type',
      query('query ($n: Int!) { books(count: $n) { id } }', { variables: { n: 'x' } }),
      400,
      'BAD_USER_INPUT',
    ],
    [
      'a document of too many tokens',
      query(`{ ${'__typename '.repeat(30_000)} }`),
      400,
      'GRAPHQL_PARSE_FAILED',
    ],
    ['deep JSON', `{"query":"{__typename}","variables":{"x":${nested(200_000, '[', ']')}}}`, 200, ''],
    ['deep selections', query(nested(6_000, '{a', '}')), 400, 'OPERATION_LIMIT_EXCEEDED'],
    [
      'deep fragments',
      query(`{__typename ${nested(5_000, '...{__typename ', '}')}}`),
      400,
      'OPERATION_LIMIT_EXCEEDED',
    ],
    ['deep values', query(`{book(id:${nested(9_000, '[', ']')}){id}}`), 400, 'OPERATION_LIMIT_EXCEEDED'],
  ])('answers %s', async (_case, body, status, code) => {
    const answer = await send(body);
    expect({ status: answer.status, code: answer.code ?? '' }).toEqual({ status, code });
    expect(answer.body).not.toMatch(/stack|node_modules|\.ts:\d/);
  });

  it.each([
    ['{a', '}'],
    ['{book(id:1)', '}'],
    ['{...', '}'],
    ['{...on Query', '}'],
  ])('never fails, however often it nests %s', async (open, close) => {
    for (let depth = 500; depth <= 6_000; depth += 500) {
      const { status } = await send(query(`${open.repeat(depth)}{__typename}${close.repeat(depth)}`));
      expect(status).toBeLessThan(500);
    }
  });

  it.each<readonly [string, Record<string, string>, number, string]>([
    ['text/plain', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no type at all', { 'content-type': '' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a type that is none', { 'content-type': ';;;' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['PUT', { method: 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
    ['a media type nobody speaks', { accept: 'image/png' }, 406, 'BAD_REQUEST'],
  ])('refuses %s', async (_case, headers, status, code) => {
    const answer = await send(query('{ __typename }'), headers);
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
  });

  it('refuses a GET', async () => {
    expect(await send(undefined, { method: 'GET' })).toMatchObject({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
    });
  });

  it('refuses a body beyond its limit, and accepts one just below', async () => {
    const padded = (bytes: number) => query('{ __typename }', { variables: { x: 'x'.repeat(bytes) } });
    expect(await send(padded(10 * MEBIBYTE))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(await send(padded(9 * MEBIBYTE))).toMatchObject({ status: 200 });
  });

  it('answers 404 in the same form elsewhere', async () => {
    const response = await fetch(`${books.url}/elsewhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  it('answers any bytes with a refusal, never with a fault of its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json(), graphqlLike()),
        async (body) => {
          const { status } = await send(body);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 300 },
    );
    expect(books.telemetry.logs.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each(['a b', '[', '@', 'x'.repeat(300), ''])('answers the Host header %j', async (host) => {
    const { hostname, port } = new URL(books.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const assertion = await books.signer.sign(signedIn('mia'), 'books');
    const body = query('{ __typename }');
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
        `${IDENTITY_HEADER}: ${assertion}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 [24]\d\d/);
  });
});

/** Bodies that get past the JSON parser and into GraphQL, mostly. */
function graphqlLike(): fc.Arbitrary<string> {
  const source = fc
    .array(
      fc.constantFrom(
        '{',
        '}',
        'book',
        '(id:',
        '1',
        ')',
        '$x',
        ':',
        '...',
        'on',
        'Book',
        '@',
        '"',
        'query',
        ' ',
      ),
    )
    .map((words) => words.join(' '));
  return fc
    .record({ query: source, variables: fc.oneof(fc.jsonValue(), fc.constant(undefined)) })
    .map((body) => JSON.stringify(body));
}
