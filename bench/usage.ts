import { readFile } from 'node:fs/promises';
import { Supergraph } from '@apollo/federation-internals';
import { DEFAULT_POLICY } from '../gateway/src/configuration/index.ts';
import { createDocuments } from '../gateway/src/operation/index.ts';
import { factsOf } from '../gateway/src/usage/operation-facts.ts';
import { UsageBatch } from '../gateway/src/usage/usage-batch.ts';

/**
 * What it costs to count what clients use: of each request, of an operation that is new, and of a report. CPU time of one
 * thread, the median of the rounds. The demo's supergraph; no server, no network.
 *
 * Usage: node bench/usage.ts
 */
const sdl = await readFile(new URL('../infra/supergraph/supergraph.graphql', import.meta.url), 'utf8');
const home = await readFile(new URL('../queries/home.graphql', import.meta.url), 'utf8');
const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
const documents = createDocuments({
  schema,
  limits: DEFAULT_POLICY.limits,
  introspection: true,
  plansByLiterals: 4,
});
const headers = { 'apollographql-client-name': 'ios', 'apollographql-client-version': '3.1' };
const ROUNDS = 7;
const SIGN_IN = 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { __typename } }';
const PLACE = 'mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }';
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ sku: `sku-${index}`, quantity: 1 }));

console.log('what                                            median');
perRequest('a request of the home screen', home, {});
perRequest('a request with an input object', SIGN_IN, { input: { email: 'a@b.c', password: 'x' } });
perRequest('a request with 10 order lines', PLACE, { input: { idempotencyKey: 'k', lines: lines(10) } });
newOperations();
reports();

// Private:

function prepared(source: string) {
  const { document, operations } = documents.prepare(source);
  const [first] = operations;
  if (first === undefined) throw new Error('a document without an operation');
  return { document, operation: first.operation };
}

function perRequest(what: string, source: string, variables: Record<string, unknown>): void {
  const { document, operation } = prepared(source);
  const batch = new UsageBatch();
  const count = 200_000;
  report(what, 'ns', 1e6 / count, () => {
    for (let index = 0; index < count; index++) {
      if (batch.isFull) throw new Error('one client is not too many');
      batch.clientOf(headers).count(schema, document, operation, variables);
    }
  });
}

function newOperations(): void {
  let round = 0;
  const count = 100;
  const sources = () =>
    Array.from({ length: count }, (_, index) =>
      prepared(home.replace(/query \w+/, `query H${round}x${index}`)),
    );
  const rounds = Array.from({ length: ROUNDS }, () => {
    round++;
    return sources();
  });
  report('an operation that is new', 'us', 1e3 / count, () => {
    for (const { document, operation } of rounds.pop() ?? []) factsOf(schema, document, operation);
  });
}

function reports(): void {
  const batch = new UsageBatch();
  for (let index = 0; index < 200; index++) {
    const { document, operation } = prepared(home.replace(/query \w+/, `query Report${index}`));
    for (let version = 0; version < 4; version++) {
      const client = { ...headers, 'apollographql-client-version': `${version}` };
      batch.clientOf(client).count(schema, document, operation, {});
    }
  }
  report('a report of 200 operations and 4 clients', 'ms', 1, () => JSON.stringify(batch.toReport()));
  console.log(
    `its length                              ${JSON.stringify(batch.toReport())?.length} characters`,
  );
}

/** Milliseconds of a round times `factor`. */
function report(what: string, unit: string, factor: number, work: () => unknown): void {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e3);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  console.log(`${what.padEnd(44)} ${(median * factor).toFixed(1).padStart(9)} ${unit}`);
}
