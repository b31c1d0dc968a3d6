import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const stack = new AsyncDisposableStack();
let gateway: TestGateway;

beforeAll(async () => {
  const { supergraphSdl } = stack.use(await startLibrary());
  gateway = stack.use(await startTestGateway({ supergraphSdl }));
});
afterAll(() => stack.disposeAsync());

const parts = [
  'query',
  'mutation',
  'fragment',
  'on',
  'Reader',
  'viewer',
  'name',
  'loans',
  '$x',
  '...',
  '{',
  '}',
  '(',
  ')',
  ':',
  '!',
  '@include',
  '"',
  '"""',
  '\\u{110000}',
  '[',
  ']',
  '&',
  '|',
  '1e999',
  '\u0000',
  '💥',
  '__typename',
  '__schema',
  'readers(first:',
  '-0',
  '#',
  '\n',
];
const document = fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((words) => words.join(' '));
const value = fc.oneof(document, fc.jsonValue({ maxDepth: 4 }), fc.string({ unit: 'binary' }));
const parameters = fc.dictionary(
  fc.constantFrom(
    'query',
    'variables',
    'operationName',
    'extensions',
    '__proto__',
    'constructor',
    'toString',
  ),
  value,
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary' }),
  document.map((query) => JSON.stringify({ query })),
  parameters.map((map) => JSON.stringify(map)),
  fc.array(parameters, { maxLength: 12 }).map((batch) => JSON.stringify(batch)),
  fc.tuple(parameters, fc.nat(80)).map(([map, length]) => JSON.stringify(map).slice(0, length)),
  fc
    .nat(20_000)
    .map((depth) => `{"query":"{viewer{name}}","variables":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}}`),
);

it('meets 1,000 random malformed bodies without a 5xx, a crash or a stack trace', async () => {
  const send = async (sent: string | Buffer) => {
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof sent === 'string' ? sent : new Uint8Array(sent),
    });
    const answer = await response.text();
    expect(response.status).toBeLessThan(500);
    expect(() => JSON.parse(answer)).not.toThrow();
    expect(answer).not.toMatch(/\bat .+[:(]|node_modules|INTERNAL_SERVER_ERROR/);
  };
  await fc.assert(fc.asyncProperty(body, send), { numRuns: 1000, seed: 20261120 });
  expect(gateway.logs.lines.filter(({ level }) => level === 'error')).toEqual([]);
  expect((await gateway.query('{ viewer { name } }')).data).toEqual({ viewer: { name: 'Reader 1' } });
}, 60_000);
