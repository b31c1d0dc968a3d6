import { hash } from 'node:crypto';
import { DEFAULT_POLICY } from '../gateway/src/configuration/index.ts';
import { Executor } from '../gateway/src/execute/executor.ts';
import { createDocuments } from '../gateway/src/operation/index.ts';
import { createInProcessPlanner } from '../gateway/src/plan/in-process-planner.ts';
import { fromByteText, Lifetime, RequestReport, type SubgraphClient } from '../gateway/src/subgraph/index.ts';
import { startOrigin } from './harness/origin.ts';
import { composeSupergraph } from './harness/subgraphs.ts';
import { operations10000 } from './scenarios/operations.ts';

// What an operation takes of the heap that is kept, document and all, beside what the plan cache reckons for it. The subgraphs
// are schemas in this process. `npm run bench:kept-operations`.

const OPERATIONS = 500;
const WARM_UP = 100;
const TIMES = [1, 9];

const { federation, requests } = operations10000;
await using origin = await startOrigin(federation);
const planner = createInProcessPlanner(composeSupergraph(federation, (name) => `http://${name}.test`));
const clients = new Map(Object.keys(federation).map((name) => [name, clientOf(name)]));
const { planning, limits } = DEFAULT_POLICY;
const documents = createDocuments({
  schema: planner.schema,
  limits,
  introspection: true,
  plansByLiterals: planning.plansByLiterals,
});
const executor = new Executor(planner, { mode: 'compiled', cacheBytes: 1_000_000_000 });

for (const { query } of requests.slice(0, WARM_UP)) await execute(query);
const measured = requests.slice(WARM_UP, WARM_UP + OPERATIONS);
const before = heapUsed();
let asked = 0;
for (const times of TIMES) {
  for (let time = 0; time < times; time++) for (const { query } of measured) await execute(query);
  asked += times;
  const bytes = (heapUsed() - before) / OPERATIONS;
  console.log(
    `asked for ${String(asked).padStart(2)} times: ${(bytes / 1024).toFixed(0).padStart(3)} KB each`,
  );
}
const reckoned = executor.prepared.mostUsed(OPERATIONS).reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`reckoned:           ${(reckoned / OPERATIONS / 1024).toFixed(0).padStart(3)} KB each`);

async function execute(query: string): Promise<void> {
  const { source, document, operations } = documents.prepare(query);
  const [prepared] = operations;
  if (prepared === undefined) throw new Error('No operation');
  const caller = { identity: { subject: null, roles: [] }, forwardedHeaders: {} };
  const outcome = await executor.execute(
    {
      source,
      document,
      documentHash: hash('sha256', source),
      operation: prepared.operation,
      variables: {},
      caller,
      lifetime: new Lifetime(Infinity),
      report: new RequestReport(),
    },
    clients,
    [],
  );
  if (outcome.kind !== 'text' || outcome.errors !== undefined) throw new Error(`Not compiled: ${query}`);
}

function clientOf(name: string): SubgraphClient {
  return {
    name,
    send: async (request) => {
      const body = Buffer.from(await origin.answer(name, fromByteText(request.body)));
      return request.read({ status: 200, contentType: 'application/json', body }).value;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function heapUsed(): number {
  for (let time = 0; time < 4; time++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
