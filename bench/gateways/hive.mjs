import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';

/** @graphql-hive/gateway's runtime as its command serves it. PLANNER=rust takes the planner and executor of Hive Router. */
const { unifiedGraphHandler } =
  process.env.PLANNER === 'rust'
    ? await import('@graphql-hive/router-runtime')
    : { unifiedGraphHandler: undefined };
const gateway = createGatewayRuntime({
  supergraph: await readFile(process.env.SUPERGRAPH, 'utf8'),
  ...(unifiedGraphHandler && { unifiedGraphHandler }),
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }),
  },
  logging: 'warn',
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/graphql` }));
