import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type CollectedSpan, decodeTraceRequest } from './decode-otlp.ts';

export interface TestCollector extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Spans of every accepted request, in the order in which they arrived. */
  readonly spans: readonly CollectedSpan[];
  readonly requestCount: number;
  /** What the next requests get: a status, or no answer at all. */
  behave(next: number | 'hang'): void;
}

/** A real OTLP/HTTP collector that keeps what it gets; for tests of one trace over several processes too. */
export async function startTestCollector(): Promise<TestCollector> {
  const spans: CollectedSpan[] = [];
  let behaviour: number | 'hang' = 200;
  let requestCount = 0;
  const server = createServer(async (request, response) => {
    requestCount += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (behaviour === 'hang') return;
    if (behaviour === 200) {
      const sent = Buffer.concat(chunks);
      spans.push(
        ...decodeTraceRequest(request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent),
      );
    }
    response.writeHead(request.url === '/v1/traces' ? behaviour : 404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is never the string of a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    get requestCount() {
      return requestCount;
    },
    behave(next) {
      behaviour = next;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
