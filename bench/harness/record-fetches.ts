import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Origin } from './origin.ts';

export interface RecordedFetch {
  readonly subgraph: string;
  readonly body: string;
}

export interface Recorder extends AsyncDisposable {
  urlOf(subgraph: string): string;
  /** The fetches since the last call, those that were under way together in one level. */
  take(): readonly (readonly RecordedFetch[])[];
}

/** No gateway sends the next of its parallel fetches later than this after the one before. */
const QUIET_MS = 40;

/**
 * Stands between a gateway and the origin and holds answers back until no further request comes, so that it sees which
 * fetches the gateway makes in parallel and which wait for others.
 */
export async function startRecorder(origin: Origin): Promise<Recorder> {
  let levels: RecordedFetch[][] = [];
  let held: { readonly fetch: RecordedFetch; readonly response: ServerResponse }[] = [];
  let quiet: NodeJS.Timeout | undefined;

  const release = () => {
    const level = held;
    held = [];
    levels.push(level.map(({ fetch }) => fetch));
    for (const { fetch, response } of level) {
      void origin.answer(fetch.subgraph, fetch.body).then((answer) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      });
    }
  };
  const server = createServer(async (request, response) => {
    const fetch = { subgraph: request.url?.slice(1) ?? '', body: await text(request) };
    held.push({ fetch, response });
    clearTimeout(quiet);
    quiet = setTimeout(release, QUIET_MS);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    urlOf: (subgraph) => `http://127.0.0.1:${port}/${subgraph}`,
    take: () => {
      const taken = levels;
      levels = [];
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
