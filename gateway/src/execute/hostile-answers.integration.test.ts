import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Behaviour, startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const MB = 1_000_000;
const QUERY = '{ viewer { name balance } }';
const JSON_TYPE = { 'content-type': 'application/json' };

const sends =
  (body: string | Buffer): Behaviour =>
  (_, response) =>
    response.writeHead(200, JSON_TYPE).end(body);
/** In place of the balance, a number. */
const balance = (json: string) => sends(`{"data":{"_entities":[{"__typename":"Reader","balance":${json}}]}}`);
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const wire =
  (head: string, body: string): Behaviour =>
  ({ socket }) =>
    socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${head}\r\n\r\n${body}`);

/** Sends for as long as it is read, and counts. */
function flood(head: Record<string, string | number>) {
  const sent = { bytes: 0 };
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const behaviour: Behaviour = (_, response) => {
    response.writeHead(200, { ...JSON_TYPE, ...head });
    const more = () => {
      while (sent.bytes < 100 * MB && !response.destroyed) {
        sent.bytes += chunk.length;
        if (!response.write(chunk)) return;
      }
    };
    response.on('drain', more);
    more();
  };
  return { behaviour, sent };
}

describe.each([
  ['compiled', 'lean'],
  ['complete', 'lean'],
  ['compiled', 'undici'],
])('a hostile subgraph, with %s execution and the %s client', (mode, httpClient) => {
  const stack = new AsyncDisposableStack();
  let library: Awaited<ReturnType<typeof startLibrary>>;
  let gateway: TestGateway;

  beforeAll(async () => {
    library = stack.use(await startLibrary());
    const policy = `
execution: { mode: ${mode} }
traffic: { httpClient: ${httpClient}, timeoutMs: 1000, maxResponseBytes: ${4 * MB}, retry: { enabled: false }, breaker: { enabled: false } }`;
    gateway = stack.use(await startTestGateway({ supergraphSdl: library.supergraphSdl, policy }));
    await gateway.query(QUERY);
  });
  afterEach(async () => {
    library.subgraphs.fines.behave(undefined);
    // Whatever came before: the next answer is as it should be.
    expect((await gateway.query(QUERY)).data).toEqual({ viewer: { name: 'Reader 1', balance: 12 } });
    expect(gateway.logs.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
  afterAll(() => stack.disposeAsync());

  async function expectCutOff(behaviour: Behaviour, code: string) {
    library.subgraphs.fines.behave(behaviour);
    const startedAt = performance.now();
    const { status, data, errors } = await gateway.query(QUERY);
    expect([status, data]).toEqual([200, { viewer: { name: 'Reader 1', balance: null } }]);
    expect(errors).toMatchObject([{ path: ['viewer', 'balance'], extensions: { code } }]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    return errors;
  }

  it.each<[string, string, Behaviour]>([
    ['announces less than it sends', 'SUBGRAPH_MALFORMED_RESPONSE', wire('content-length: 5', '{"data":{}}')],
    ['announces more than it sends', 'SUBGRAPH_UNAVAILABLE', wire('content-length: 50', '{"data":{}}')],
    [
      'announces two lengths',
      'SUBGRAPH_MALFORMED_RESPONSE',
      wire('content-length: 2\r\ncontent-length: 20', '{}'),
    ],
    [
      'announces a length and chunks',
      'SUBGRAPH_MALFORMED_RESPONSE',
      wire('content-length: 2\r\ntransfer-encoding: chunked', '2\r\n{}\r\n0\r\n\r\n'),
    ],
    ['nests 10,000 levels', 'SUBGRAPH_MALFORMED_RESPONSE', balance(nested(10_000))],
    ['nests a million levels', 'SUBGRAPH_MALFORMED_RESPONSE', balance(nested(MB))],
    ['opens a million levels and closes none', 'SUBGRAPH_MALFORMED_RESPONSE', balance('['.repeat(MB))],
    ['opens a million objects', 'SUBGRAPH_MALFORMED_RESPONSE', sends('{"data":'.repeat(MB / 4))],
    [
      'sends bytes that are no UTF-8',
      'SUBGRAPH_MALFORMED_RESPONSE',
      sends(Buffer.from('{"data":{"_entities":[{"__typename":"Reader","balance":"\xff\xfe"}]}}', 'latin1')),
    ],
    ['sends half a surrogate', 'SUBGRAPH_MALFORMED_RESPONSE', balance('"\\ud800"')],
    ['sends a number of a million digits', 'SUBGRAPH_MALFORMED_RESPONSE', balance('9'.repeat(MB))],
    ['sends zeros', 'SUBGRAPH_MALFORMED_RESPONSE', sends(Buffer.alloc(MB))],
  ])('that %s is cut off: %s', async (_, code, behaviour) => {
    await expectCutOff(behaviour, code);
  });

  it.each([
    ['without a length', {}],
    ['of the length that it says', { 'content-length': 100 * MB }],
  ])('that sends 100 MB %s is cut off at the limit', async (_, head) => {
    const { behaviour, sent } = flood(head);
    await expectCutOff(behaviour, 'SUBGRAPH_MALFORMED_RESPONSE');
    // What is under way fills the buffers of both systems.
    expect(sent.bytes).toBeLessThan(30 * MB);
  });

  it('that drips for ever is cut off by time', async () => {
    let drips: NodeJS.Timeout | undefined;
    await expectCutOff((_, response) => {
      response.writeHead(200, JSON_TYPE);
      drips = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drips));
    }, 'SUBGRAPH_TIMEOUT');
  });

  it.each([
    [
      'beside the data',
      `{"data":{"_entities":[{"__typename":"Reader","balance":12}]},"extensions":${nested(10_000)}}`,
    ],
    [
      'in a field that nobody asked for',
      `{"data":{"_entities":[{"__typename":"Reader","balance":12,"x":${nested(10_000)}}]}}`,
    ],
    [
      'within an error',
      `{"data":{"_entities":[null]},"errors":[{"message":"no","extensions":{"code":"NO","x":${nested(10_000)}}}]}`,
    ],
  ])('that nests 10,000 levels %s is told from one that sends no JSON', async (_, body) => {
    const errors = await expectCutOff(sends(body), 'SUBGRAPH_MALFORMED_RESPONSE');
    expect(errors?.[0]?.message).toBe(
      'The subgraph fines answered with JSON that is nested too deeply (status 200)',
    );
  });
});
