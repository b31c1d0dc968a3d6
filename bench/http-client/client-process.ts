import { Lifetime } from '../../gateway/src/subgraph/lifetime.ts';
import { post } from '../../gateway/src/subgraph/testing/post.ts';
import { CLIENTS } from './clients.ts';

const [name = '', port = '', requestBytes = ''] = process.argv.slice(2);
const createTransport = CLIENTS[name];
if (createTransport === undefined) throw new Error(`No client has the name ${name}`);

const transport = createTransport({
  url: `http://127.0.0.1:${port}/graphql`,
  connectTimeoutMs: 1_000,
  maxResponseBytes: 1_000_000,
  maxConnections: 128,
  maxConnectionAgeMs: 60_000,
});
// As the gateway sends them.
const headers = {
  authorization: `Bearer ${'a'.repeat(120)}`,
  accept: 'application/graphql-response+json, application/json;q=0.9',
  'content-type': 'application/json',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const body = 'x'.repeat(Number(requestBytes));

process.on('message', async ({ requests, concurrency }: { requests: number; concurrency: number }) => {
  let left = requests;
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) {
        // Each fetch has one of its own, as in the gateway.
        using lifetime = new Lifetime(10_000);
        const response = await post(transport, { headers, body, isRepeatable: true, lifetime });
        if (response.status !== 200) throw new Error(`Status ${response.status}`);
      }
    }),
  );
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuUs: user + system });
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
