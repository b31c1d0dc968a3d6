import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { recordSpans, type SpanRecorder } from '@tributary/telemetry/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const stack = new AsyncDisposableStack();
let gateway: TestGateway;
let spans: SpanRecorder;

beforeAll(async () => {
  spans = stack.use(recordSpans());
  const { supergraphSdl } = stack.use(await startLibrary());
  const policy = `
limits: { bodyBytes: 2000, batchSize: 3, tokens: 100, depth: 3, aliases: 3, rootFields: 4 }
security: { allowedOrigins: ["https://app.example"] }
server: { maxHeaderBytes: 4000, headersTimeoutMs: 500, bodyTimeoutMs: 500, sendTimeoutMs: 500 }`;
  gateway = stack.use(await startTestGateway({ supergraphSdl, policy, introspection: false }));
});
afterAll(() => stack.disposeAsync());

const json = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(gateway.endpoint, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('every refusal has its status, its code and its trace', () => {
  const deep = '{ viewer { loans { ...F } } } fragment F on Loan { id ... { x: id } }';
  it.each<[string, number, string, () => Promise<Response>]>([
    ['a path where nothing is', 404, 'NOT_FOUND', () => fetch(`${gateway.url}/api`)],
    ['GraphiQL where it is off', 404, 'NOT_FOUND', () => fetch(`${gateway.url}/`)],
    ['another method', 405, 'METHOD_NOT_ALLOWED', () => fetch(gateway.endpoint, { method: 'DELETE' })],
    [
      'a mutation by GET',
      405,
      'METHOD_NOT_ALLOWED',
      () => fetch(`${gateway.endpoint}?query=mutation{rename(name:"x"){id}}`),
    ],
    [
      'a GET from another site',
      403,
      'CSRF_PREVENTED',
      () => fetch(`${gateway.endpoint}?query={viewer{id}}`, { headers: { cookie: 'a=b' } }),
    ],
    ['a form', 415, 'UNSUPPORTED_MEDIA_TYPE', () => post('{}', { 'content-type': 'text/plain' })],
    ['a compressed body', 415, 'UNSUPPORTED_MEDIA_TYPE', () => post('{}', { 'content-encoding': 'gzip' })],
    [
      'a client that wants HTML',
      406,
      'NOT_ACCEPTABLE',
      () => post({ query: '{viewer{id}}' }, { accept: 'text/html' }),
    ],
    [
      'a body over the limit',
      413,
      'PAYLOAD_TOO_LARGE',
      () => post({ query: `{viewer{id}} # ${'x'.repeat(3000)}` }),
    ],
    ['a body that is not JSON', 400, 'BAD_REQUEST', () => post('{')],
    [
      'too many operations',
      400,
      'BATCH_LIMIT_EXCEEDED',
      () => post(Array(4).fill({ query: '{viewer{id}}' })),
    ],
    ['a document that is not GraphQL', 400, 'GRAPHQL_PARSE_FAILED', () => post({ query: '{' })],
    ['a field that does not exist', 400, 'GRAPHQL_VALIDATION_FAILED', () => post({ query: '{ nope }' })],
    [
      'an @inaccessible field',
      400,
      'GRAPHQL_VALIDATION_FAILED',
      () => post({ query: '{ viewer { shelfMark } }' }),
    ],
    [
      'introspection',
      400,
      'GRAPHQL_VALIDATION_FAILED',
      () => post({ query: '{ __schema { types { name } } }' }),
    ],
    [
      'an unknown operation',
      400,
      'OPERATION_RESOLUTION_FAILURE',
      () => post({ query: 'query A { viewer { id } }', operationName: 'B' }),
    ],
    [
      'a variable of a wrong type',
      400,
      'BAD_USER_INPUT',
      () => post({ query: 'query ($f: Int) { readers(first: $f) { id } }', variables: { f: 'x' } }),
    ],
    [
      'too many tokens',
      400,
      'OPERATION_LIMIT_EXCEEDED',
      () => post({ query: `{ viewer { ${'id '.repeat(110)} } }` }),
    ],
    [
      'too many levels',
      400,
      'OPERATION_LIMIT_EXCEEDED',
      () => post({ query: '{ viewer { loans { ... { id { a } } } } }' }),
    ],
    [
      'too many aliases',
      400,
      'OPERATION_LIMIT_EXCEEDED',
      () => post({ query: '{ a: loanCount b: loanCount c: loanCount d: loanCount }' }),
    ],
    [
      'too many root fields',
      400,
      'OPERATION_LIMIT_EXCEEDED',
      () => post({ query: '{ loanCount loanCount loanCount loanCount loanCount }' }),
    ],
  ])('%s: %i %s', async (_, status, code, send) => {
    const response = await send();
    const body = (await response.json()) as { errors: { extensions: object }[]; data?: unknown };
    expect(response.status).toBe(status);
    expect(body).not.toHaveProperty('data');
    const traceId = /^trace;desc="00-(\w{32})-\w{16}-01"$/.exec(
      response.headers.get('server-timing') ?? '',
    )?.[1];
    for (const { extensions } of body.errors) expect(extensions).toEqual({ code, traceId });
    expect(traceId).toMatch(/^\w{32}$/);
  });

  it('accepts what is just within the limits', async () => {
    const response = await post({ query: deep });
    expect(await response.json()).toMatchObject({
      data: { viewer: { loans: [{ x: '1-1' }, { x: '1-2' }] } },
    });
  });
});

it('answers a batch in its order, each operation for itself', async () => {
  const response = await post([{ query: '{ loanCount }' }, { query: '{ nope }' }, { query: '{ broken }' }]);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject([
    { data: { loanCount: 3 } },
    { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    { data: { broken: null }, errors: [{ path: ['broken'] }] },
  ]);
});

it('answers HEAD as GET without the body, and OPTIONS with what it takes', async () => {
  const head = await fetch(`${gateway.endpoint}?query={loanCount}`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const options = await fetch(gateway.endpoint, { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    fetch(gateway.endpoint, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('lets the pages of an allowed origin read answers, errors included', async () => {
    const { headers } = await preflight('https://app.example');
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(headers.get('access-control-allow-headers')).toContain('content-type');
    const refused = await post('{', { origin: 'https://app.example' });
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(refused.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('is silent to every other origin', async () => {
    const { headers } = await preflight('https://evil.example');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

it('cuts the connection of a client that does not take its answers', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').pause();
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // More answers than the buffers between the two hold; nobody reads one of them.
  const query = JSON.stringify({ query: `{ ${'x'.repeat(1_900)} }` });
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${query.length}\r\n\r\n`;
  socket.write((head + query).repeat(20_000));
  await closed;
});

it('lets go of a connection that it has refused, and executes nothing more of it, though the client goes on', async () => {
  const socket = connect({
    port: Number(new URL(gateway.url).port),
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  const body = JSON.stringify({ query: '{ loanCount }' });
  const request = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  socket.write(request.slice(0, 40));
  await once(socket, 'end');
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  spans.reset();
  socket.write(request.slice(40));
  const goingOn = setInterval(() => socket.write(request), 20);
  await closed;
  clearInterval(goingOn);
  expect(spans.named('POST /graphql')).toEqual([]);
});

describe('bytes that are not HTTP', () => {
  it.each([
    ['a head that never ends', 'GET /graphql HTTP/1.1\r\nhost: x\r\n', '408'],
    [
      'a body that never ends',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
      '408',
    ],
    ['a head over the limit', `GET /graphql HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(5000)}\r\n\r\n`, '431'],
    ['no HTTP at all', 'hello\r\n\r\n', '400'],
    [
      'a request that could be read in two ways',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
  ])('%s gets an answer with a code and a trace id', async (_, bytes, status) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(bytes);
    const answer = await text(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/"code":"BAD_REQUEST","traceId":"\w{32}"/);
  });
});
