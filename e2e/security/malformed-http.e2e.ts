import fc from 'fast-check';
import { request } from 'undici';
import { expect, it } from 'vitest';
import { startFederation } from '../src/federation.ts';
import { HOME_QUERY } from '../src/home.ts';

const BODIES = 1_000;

/** Bytes that may reach the endpoint: noise, JSON of the wrong shape, GraphQL of the wrong shape, almost right ones. */
const body = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .record({
      query: fc.anything(),
      variables: fc.anything(),
      operationName: fc.anything(),
      extensions: fc.anything(),
    })
    .map((value) =>
      Buffer.from(JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? 0 : inner)) ?? ''),
    ),
  fc.string().map((query) => Buffer.from(JSON.stringify({ query }))),
  fc.nat(HOME_QUERY.length).map((end) => Buffer.from(JSON.stringify({ query: HOME_QUERY.slice(0, end) }))),
  fc
    .tuple(fc.nat(HOME_QUERY.length), fc.string({ unit: 'binary' }))
    .map(([at, noise]) => JSON.stringify({ query: HOME_QUERY.slice(0, at) + noise + HOME_QUERY.slice(at) }))
    .map((text) => Buffer.from(text)),
  fc.nat(5_000).map((depth) => Buffer.from('['.repeat(depth))),
  fc
    .nat(2_000)
    .map((depth) => Buffer.from(JSON.stringify({ query: `${'{me'.repeat(depth)}${'}'.repeat(depth)}` }))),
);

const contentType = fc.constantFrom(
  ...Array<string>(6).fill('application/json'),
  'application/json; charset=utf-8',
  'application/json; charset=utf-7',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/graphql',
  '',
);

it(`answers ${BODIES} malformed requests with a clear refusal, and goes on serving`, async () => {
  await using federation = await startFederation();
  const url = `${federation.gateway.url}/graphql`;
  await fc.assert(
    fc.asyncProperty(body, contentType, async (bytes, type) => {
      const headers = type === '' ? {} : { 'content-type': type };
      const response = await request(url, { method: 'POST', headers, body: bytes });
      const text = await response.body.text();
      expect(response.statusCode).toBeLessThan(500);
      expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|"stacktrace"/);
      expect(JSON.parse(text)).toSatisfy(isGraphQLAnswer);
    }),
    { numRuns: BODIES, seed: 20_261_121 },
  );
  expect((await federation.query('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
});

/** Data, or errors that each have a message and a code: never an empty or unexplained answer. */
function isGraphQLAnswer(value: unknown): boolean {
  const answers = Array.isArray(value) ? value : [value];
  return answers.every(
    (answer: { data?: unknown; errors?: { message?: string; extensions?: { code?: string } }[] }) =>
      answer.data !== undefined ||
      (answer.errors !== undefined &&
        answer.errors.length > 0 &&
        answer.errors.every((error) => error.message !== undefined && error.extensions?.code !== undefined)),
  );
}
