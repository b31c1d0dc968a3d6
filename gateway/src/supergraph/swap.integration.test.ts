import { expect, it } from 'vitest';
import { compose, LIBRARY, startLibrary, startTestGateway } from '../testing/index.ts';

it('swaps supergraphs under load without a failed request, and ends the old ones', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({ supergraphSdl: library.supergraphSdl });
  let isOver = false;
  let answered = 0;
  const client = async () => {
    for (; !isOver; answered++) {
      const { errors, data } = await gateway.query('{ viewer { name balance } }');
      expect({ errors, data }).toEqual({ data: { viewer: { name: 'Reader 1', balance: 12 } } });
    }
  };
  const clients = Promise.all(Array.from({ length: 8 }, client));
  for (let round = 1; round <= 10; round++) {
    const seen = answered;
    await gateway.changeSupergraph(`${library.supergraphSdl}\n# ${round}`);
    await expect.poll(() => answered, { interval: 1 }).toBeGreaterThan(seen + 8);
  }
  isOver = true;
  await clients;
  expect(gateway.generations.size).toBe(1);
});

it('lets a request end on the supergraph it began with, then ends that one', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({ supergraphSdl: library.supergraphSdl });
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  library.subgraphs.readers.behave(async (_, response) => {
    reach();
    await released;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"viewer":{"name":"Old"}}}');
  });
  const running = gateway.query('{ viewer { name } }');
  await reached;
  const { readers } = LIBRARY;
  await gateway.changeSupergraph(compose({ readers }, () => library.subgraphs.readers.url));
  expect(gateway.generations.size).toBe(2);

  expect((await gateway.query('{ loanCount }')).errors).toMatchObject([
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
  ]);
  release();
  expect((await running).data).toEqual({ viewer: { name: 'Old' } });
  await expect.poll(() => gateway.generations.size).toBe(1);
});

it.each([
  ['nothing', ''],
  ['text that is not GraphQL', '{'],
  ['a schema that is no supergraph', 'type Query { a: Int }'],
  ['half a supergraph', undefined],
])('keeps out %s, says so in the log, and serves on', async (_, text) => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({ supergraphSdl: library.supergraphSdl });
  const { digest } = gateway.generations.current;
  await gateway.changeSupergraph(text ?? library.supergraphSdl.slice(0, 2500));
  expect(gateway.generations.current.digest).toBe(digest);
  expect(gateway.logs.lines.at(-1)).toMatchObject({
    level: 'error',
    source: 'supergraph.graphql',
    reason: expect.stringMatching(/^is not a valid supergraph: [^\n]+$/),
  });
  expect((await gateway.query('{ viewer { name } }')).status).toBe(200);
});

it('follows the policy file, and keeps out a bad one', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({ supergraphSdl: library.supergraphSdl });
  const status = async () => (await gateway.query('{ viewer { name loans { title } } }')).status;
  expect(await status()).toBe(200);
  await gateway.changePolicy('limits: { depth: 2 }');
  expect(await status()).toBe(400);
  await gateway.changePolicy('limits:\n  depth: many');
  expect(await status()).toBe(400);
  expect(gateway.logs.lines.at(-1)).toMatchObject({ reason: expect.stringMatching(/^gateway\.yaml:2: /) });
  await gateway.changePolicy('');
  expect(await status()).toBe(200);
});
