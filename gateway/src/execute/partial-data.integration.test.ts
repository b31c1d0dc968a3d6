import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Behaviour, startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const stack = new AsyncDisposableStack();
let library: Awaited<ReturnType<typeof startLibrary>>;
let gateway: TestGateway;

beforeAll(async () => {
  library = stack.use(await startLibrary());
  const policy = 'traffic: { maxResponseBytes: 2000, subgraphs: { fines: { timeoutMs: 500 } } }';
  gateway = stack.use(await startTestGateway({ supergraphSdl: library.supergraphSdl, policy }));
});
afterEach(() => {
  for (const subgraph of Object.values(library.subgraphs)) subgraph.behave(undefined);
});
afterAll(() => stack.disposeAsync());

const json = { 'content-type': 'application/json' };
const answers =
  (body: string, status = 200, headers: Record<string, string | number> = json): Behaviour =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

describe('a subgraph that fails costs its own fields only', () => {
  const query = '{ viewer { name balance loans { title fine } } }';

  it.each<[string, string, Behaviour]>([
    ['resets the connection', 'SUBGRAPH_UNAVAILABLE', (request) => request.socket.resetAndDestroy()],
    ['closes the connection without a word', 'SUBGRAPH_UNAVAILABLE', (request) => request.socket.destroy()],
    [
      'is behind a proxy that says 502',
      'SUBGRAPH_UNAVAILABLE',
      answers('<html>Bad gateway', 502, { 'content-type': 'text/html' }),
    ],
    ['never answers', 'SUBGRAPH_TIMEOUT', () => {}],
    [
      'stops after the head',
      'SUBGRAPH_TIMEOUT',
      (_, response) => response.writeHead(200, json).flushHeaders(),
    ],
    [
      'stops in the body',
      'SUBGRAPH_TIMEOUT',
      (_, response) => response.writeHead(200, json).write('{"data":'),
    ],
    ['drips bytes for ever', 'SUBGRAPH_TIMEOUT', drip],
    [
      'ends in the middle',
      'SUBGRAPH_UNAVAILABLE',
      (_, response) =>
        response.writeHead(200, { ...json, 'content-length': 99 }).end('{"data":{', () => response.destroy()),
    ],
    [
      'lies about its length',
      'SUBGRAPH_UNAVAILABLE',
      (request) =>
        request.socket.end(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{}',
        ),
    ],
    ['speaks no HTTP', 'SUBGRAPH_MALFORMED_RESPONSE', (request) => request.socket.end('hello\r\n\r\n')],
    [
      'answers with HTML',
      'SUBGRAPH_MALFORMED_RESPONSE',
      answers('<html>', 200, { 'content-type': 'text/html' }),
    ],
    ['truncates its JSON', 'SUBGRAPH_MALFORMED_RESPONSE', answers('{"data":{"_entities":[')],
    ['answers with nothing', 'SUBGRAPH_MALFORMED_RESPONSE', answers('')],
    ['redirects', 'SUBGRAPH_MALFORMED_RESPONSE', answers('', 302, { location: 'http://127.0.0.1:1/' })],
    [
      'answers with more than the limit',
      'SUBGRAPH_MALFORMED_RESPONSE',
      answers(JSON.stringify({ data: { x: 'x'.repeat(3000) } })),
    ],
    ['leaves the entities out', 'SUBGRAPH_MALFORMED_RESPONSE', answers('{"data":{}}')],
    [
      'answers with too many entities',
      'SUBGRAPH_MALFORMED_RESPONSE',
      answers('{"data":{"_entities":[null,null,null]}}'),
    ],
    [
      'refuses us',
      'SUBGRAPH_ERROR',
      answers('{"errors":[{"message":"no","extensions":{"code":"NOT_FROM_GATEWAY"}}]}', 403),
    ],
  ])('when it %s: %s', async (_, code, behaviour) => {
    library.subgraphs.fines.behave(behaviour);
    const { data, errors, status } = await gateway.query(query);
    expect(status).toBe(200);
    expect(data).toEqual({
      viewer: {
        name: 'Reader 1',
        balance: null,
        loans: [
          { title: 'Title 1-1', fine: null },
          { title: 'Title 1-2', fine: null },
        ],
      },
    });
    expect(errors?.map((error) => error.path?.join('.')).sort()).toEqual([
      'viewer.balance',
      'viewer.loans.0.fine',
      'viewer.loans.1.fine',
    ]);
    for (const { extensions } of errors ?? []) expect(extensions).toMatchObject({ code, subgraph: 'fines' });
  });

  it('and the error is at its place too where a variable with a default decides on a field', async () => {
    library.subgraphs.fines.behave(answers('', 503));
    const { data, errors } = await gateway.query(
      'query ($no: Boolean! = false) { viewer { name @skip(if: $no) balance @skip(if: $no) } }',
    );
    expect(data).toEqual({ viewer: { name: 'Reader 1', balance: null } });
    expect(errors).toMatchObject([
      { path: ['viewer', 'balance'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
  });

  it('when its port is closed', async () => {
    await using other = await startLibrary();
    await using alone = await startTestGateway({ supergraphSdl: other.supergraphSdl });
    await other.subgraphs.fines.stop();
    const { data, errors } = await alone.query('{ viewer { name balance } }');
    expect(data).toEqual({ viewer: { name: 'Reader 1', balance: null } });
    expect(errors).toMatchObject([
      { path: ['viewer', 'balance'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
  });

  it('and a field that requires another from it is null with the error at its place', async () => {
    library.subgraphs.loans.behave(answers('', 503));
    const { data, errors } = await gateway.query('{ viewer { name card } }');
    expect(data).toEqual({ viewer: { name: 'Reader 1', card: null } });
    expect(errors).toMatchObject([
      { path: ['viewer', 'card'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
  });
});

describe('a null where the schema allows none', () => {
  it('nulls the nearest nullable parent, with the error of the subgraph that failed', async () => {
    library.subgraphs.fines.behave(answers('', 503));
    const { data, errors } = await gateway.query('{ viewer { name loans { dueInDays } } }');
    expect(data).toEqual({ viewer: { name: 'Reader 1', loans: null } });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['viewer', 'loans', 0, 'dueInDays'],
      ['viewer', 'loans', 1, 'dueInDays'],
    ]);
  });

  it('is an error even when the subgraph calls it an answer', async () => {
    library.subgraphs.loans.behave(answers('{"data":{"loanCount":null}}'));
    const { data, errors } = await gateway.query('{ loanCount }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        message: 'Cannot return null for non-nullable field Query.loanCount.',
        path: ['loanCount'],
        extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE', subgraph: 'loans' },
      },
    ]);
  });
});

describe('errors of a subgraph', () => {
  it('keep message, code and path when they have a code, and nothing else', async () => {
    const { errors } = await gateway.query('{ refused }');
    expect(errors).toEqual([
      { message: 'Not for you', path: ['refused'], extensions: { code: 'FORBIDDEN', subgraph: 'readers' } },
    ]);
  });

  it('are masked when they have none, and logged', async () => {
    const { errors } = await gateway.query('{ broken }');
    expect(errors).toMatchObject([
      { message: 'The subgraph readers failed', path: ['broken'], extensions: { code: 'SUBGRAPH_ERROR' } },
    ]);
    expect(JSON.stringify(gateway.logs.lines)).toContain('db-7.internal');
  });

  it.each(['GRAPHQL_VALIDATION_FAILED', 'NOT_FROM_GATEWAY', 'BAD_REQUEST', 'UNSUPPORTED_MEDIA_TYPE'])(
    'are masked and logged when they are about what the gateway sent, not the client: %s',
    async (code) => {
      const error = { message: 'Did you mean "shelfMark"?', extensions: { code } };
      library.subgraphs.readers.behave(answers(JSON.stringify({ errors: [error] }), 400));
      const { errors } = await gateway.query('{ viewer { name } }');
      expect(errors).toMatchObject([
        { message: 'The subgraph readers failed', path: ['viewer'], extensions: { code: 'SUBGRAPH_ERROR' } },
      ]);
      expect(JSON.stringify(gateway.logs.lines.at(-1))).toContain(code);
    },
  );

  it('pass in full where the policy says so', async () => {
    const policy = 'security: { subgraphErrors: all, errorExtensions: [shelf] }';
    await using open = await startTestGateway({ supergraphSdl: library.supergraphSdl, policy });
    const { errors } = await open.query('{ refused broken }');
    expect(errors).toMatchObject([
      { message: 'Not for you', extensions: { code: 'FORBIDDEN', shelf: 7 } },
      { message: 'connect to db-7.internal failed', extensions: { code: 'SUBGRAPH_ERROR' } },
    ]);
    expect(JSON.stringify(errors)).not.toContain('stacktrace');
  });
});

describe('fetches end', () => {
  it('when the client goes away', async () => {
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>();
    library.subgraphs.readers.behave((request) => {
      request.socket.once('close', () => cancel());
      reach();
    });
    const patient = 'traffic: { timeoutMs: 3600000 }';
    await using slow = await startTestGateway({ supergraphSdl: library.supergraphSdl, policy: patient });
    const client = new AbortController();
    const query = slow.query('{ viewer { name } }', { signal: client.signal });
    await reached;
    client.abort();
    await expect(query).rejects.toThrow();
    await cancelled;
  });

  it('when the request as a whole has used up its time', async () => {
    library.subgraphs.fines.behave(() => {});
    const policy = 'traffic: { requestTimeoutMs: 500 }';
    await using hasty = await startTestGateway({ supergraphSdl: library.supergraphSdl, policy });
    const { data, errors } = await hasty.query('{ viewer { name balance } }');
    expect(data).toEqual({ viewer: { name: 'Reader 1', balance: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_TIMEOUT' } }]);
  });
});

function drip(...[, response]: Parameters<Behaviour>): void {
  response.writeHead(200, json);
  const timer = setInterval(() => response.write(' '), 10);
  response.once('close', () => clearInterval(timer));
}
