import { createRegistry } from '@tributary/telemetry';
import { DEFAULT_POLICY, type TrafficPolicy } from '../../gateway/src/configuration/index.ts';
import {
  Lifetime,
  type RawResponse,
  RequestReport,
  type SubgraphRequest,
} from '../../gateway/src/subgraph/index.ts';
import type { Receiver, Sender } from '../../gateway/src/subgraph/sender.ts';
import type { SubgraphClient } from '../../gateway/src/subgraph/subgraph-client.ts';
import { withPolicies } from '../../gateway/src/traffic/create-subgraph-clients.ts';
import { subgraphSettings } from '../../gateway/src/traffic/subgraph-settings.ts';
import { SubgraphStates } from '../../gateway/src/traffic/subgraph-states.ts';

const FETCHES = 20_000;
const AT_ONCE = 64;
const ANSWER: RawResponse = {
  status: 200,
  contentType: 'application/json',
  body: Buffer.from('{"data":{}}'),
};
const QUERY = `{"query":"query Home { me { ${'field '.repeat(100)} } }","variables":{"id":"`;
const written = Buffer.alloc(4096);

const { breaker, concurrency, retry, hedge } = DEFAULT_POLICY.traffic;
const OFF: TrafficPolicy = {
  ...DEFAULT_POLICY.traffic,
  deduplicate: false,
  breaker: { ...breaker, enabled: false },
  concurrency: { ...concurrency, enabled: false },
  retry: { ...retry, enabled: false },
  hedge: { ...hedge, enabled: false },
};

const CHAINS: Readonly<Record<string, SubgraphClient>> = {
  'the client alone': alone(),
  'deadline (always on)': around(OFF),
  '+ breaker': around({ ...OFF, breaker }),
  '+ concurrency limit': around({ ...OFF, concurrency }),
  '+ retry': around({ ...OFF, retry }),
  '+ de-duplicate': around({ ...OFF, deduplicate: true }),
  'all that are on by default': around(DEFAULT_POLICY.traffic),
  'all, hedge too': around({ ...DEFAULT_POLICY.traffic, hedge: { ...hedge, enabled: true } }),
};

// One chain a process: what the compiler has learned of one must not cost another.
const client = CHAINS[process.argv[2] ?? ''];
if (client === undefined) throw new Error(`No such chain: ${process.argv[2]}`);
process.on('message', async () => process.send?.({ costUs: await measure(client) }));
process.on('disconnect', () => process.exit());
process.send?.('ready');

// Private:

function around(traffic: TrafficPolicy): SubgraphClient {
  const registry = createRegistry('bench', { processMetrics: false });
  const settings = subgraphSettings(traffic, 'users');
  const logger = { warn: console.warn } as never;
  const { state } = new SubgraphStates(logger, registry).hold('users', 'http://users', settings);
  return withPolicies(createAnswering(), settings, state, registry);
}

/** Writes the body, as every transport does, and answers in the next turn of the event loop. */
function createAnswering(): Sender {
  let waiting: Receiver[] = [];
  const answer = () => {
    const all = waiting;
    waiting = [];
    for (const receiver of all) receiver.answered(receiver.read(ANSWER), performance.now());
  };
  return {
    name: 'users',
    send(request, _lifetime, receiver) {
      written.write(request.body, 'latin1');
      if (waiting.push(receiver) === 1) setImmediate(answer);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** With nothing around it. */
function alone(): SubgraphClient {
  const sender = createAnswering();
  return {
    name: sender.name,
    send: <T>(request: SubgraphRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        const receiver: Receiver = {
          read: request.read,
          answered: ({ value }) => resolve(value as T),
          failed: reject,
        };
        sender.send(request, request.lifetime, receiver, performance.now());
      }),
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}

async function measure(client: SubgraphClient): Promise<number> {
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => fetchInTurn(client, index)));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / FETCHES;
}

async function fetchInTurn(client: SubgraphClient, index: number): Promise<void> {
  for (let count = index; count < FETCHES; count += AT_ONCE) {
    using lifetime = new Lifetime(30_000);
    await client.send(createRequest(lifetime, count));
  }
}

function createRequest(lifetime: Lifetime, id: number): SubgraphRequest<RawResponse> {
  return {
    body: `${QUERY}${id}"}}`,
    mark: id,
    query: QUERY,
    operationName: 'Home',
    targets: ['Query.me'],
    operationKind: 'query',
    path: [],
    caller: { identity: { subject: `${id}`, roles: [] }, forwardedHeaders: {} },
    lifetime,
    report: new RequestReport(),
    read: (response) => ({ value: response, errorCount: 0 }),
  };
}
