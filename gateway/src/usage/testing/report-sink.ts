import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Report } from '../usage-batch.ts';

export interface ReportSink extends AsyncDisposable {
  readonly url: string;
  /** Whatever came, in order, refused ones included. */
  readonly received: readonly { readonly path: string; readonly token: string; readonly report: Report }[];
  /** How the next reports are answered: a status, or a deed. */
  answer: number | ((request: IncomingMessage, response: ServerResponse) => void);
  /** Resolves once so many have come. */
  untilReceived(count: number): Promise<void>;
}

/** Takes reports in a registry's place. */
export async function startReportSink(): Promise<ReportSink> {
  const received: ReportSink['received'][number][] = [];
  const arrivals = new EventTarget();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { url = '', headers } = request;
      received.push({ path: url, token: headers.authorization ?? '', report: JSON.parse(body) });
      arrivals.dispatchEvent(new Event('report'));
      if (typeof sink.answer === 'function') sink.answer(request, response);
      else response.writeHead(sink.answer).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sink: ReportSink = {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: 200,
    async untilReceived(count) {
      while (received.length < count) await once(arrivals, 'report');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return sink;
}
