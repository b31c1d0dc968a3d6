import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Lifetime } from '../../gateway/src/subgraph/lifetime.ts';
import { post } from '../../gateway/src/subgraph/testing/post.ts';
import type { Transport } from '../../gateway/src/subgraph/transport.ts';
import type { RecordedFetch } from '../harness/record-fetches.ts';
import { createTransport } from './transports.ts';

/**
 * What no gateway can be cheaper than: takes the request, makes the fetches that Tributary was recorded to make (those of
 * one level in parallel, with the client's authorization header) over the same transport, looks at none of their answers,
 * and sends the bytes that Tributary was recorded to send.
 *
 * Environment: FLOOR (a file of `FloorScript`), TRANSPORT (undici or lean).
 */
export interface FloorScript {
  readonly urls: Readonly<Record<string, string>>;
  readonly levels: readonly (readonly RecordedFetch[])[];
  readonly answer: string;
}

const script = JSON.parse(await readFile(process.env.FLOOR ?? '', 'utf8')) as FloorScript;
const answer = Buffer.from(script.answer);
const transports = new Map<string, Transport>();
for (const [subgraph, url] of Object.entries(script.urls)) {
  transports.set(subgraph, createTransport(process.env.TRANSPORT ?? 'undici', url));
}
const levels = script.levels.map((level) =>
  level.map(({ subgraph, body }) => {
    const transport = transports.get(subgraph);
    if (transport === undefined) throw new Error(`The floor knows no subgraph ${subgraph}`);
    return { transport, body: Buffer.from(body).toString('latin1') };
  }),
);
const lifetime = new Lifetime(Infinity);

const server = createServer((request, response) => {
  request.on('data', () => {});
  request.once('end', async () => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: request.headers.authorization ?? '',
    };
    for (const level of levels) {
      await Promise.all(
        level.map(({ transport, body }) => post(transport, { headers, body, isRepeatable: true, lifetime })),
      );
    }
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
      .end(answer);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }));
// An exit of its own accord writes the profile that --cpu-prof asks for.
process.once('SIGTERM', () => process.exit());
