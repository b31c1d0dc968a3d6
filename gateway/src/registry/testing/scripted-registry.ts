import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createNoticeSigner,
  type DeliveryNotice,
  digestOf,
  etagOf,
  generateSigningKeys,
  SIGNATURE_HEADER,
  type SignedNotice,
} from '@tributary/supergraph-delivery';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Delivers what a test tells it to, well signed unless the test does it itself. Long-polls as the registry does. */
export interface ScriptedRegistry extends AsyncDisposable {
  readonly url: string;
  readonly keys: ReturnType<typeof generateSigningKeys>;
  /** A release of this supergraph; `sequence` is the next one unless given. Returns what was signed. */
  release(sdl: string, more?: Partial<DeliveryNotice>): SignedNotice;
  /** These bytes, whatever they are worth. */
  deliver(signed: SignedNotice): void;
  /** What `GET /v1/supergraphs/:digest` gives, in place of the artefact that it is. */
  replaceArtefact(digest: string, sdl: string): void;
  /** Answers everything until it is called with nothing. */
  behave(answer?: Answer): void;
  /** How often it was asked what to serve, and for artefacts. */
  readonly asked: { notices: number; artefacts: number };
  /** Closes the port; `return` opens it again. */
  leave(): Promise<void>;
  return(): Promise<void>;
}

export async function startScriptedRegistry(): Promise<ScriptedRegistry> {
  const keys = generateSigningKeys('test');
  const signer = createNoticeSigner(keys.privateJwk);
  const artefacts = new Map<string, string>();
  const asked = { notices: 0, artefacts: 0 };
  const waiting = new Set<() => void>();
  let current: SignedNotice | undefined;
  let sequence = 0;
  let behaviour: Answer | undefined;

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const artefact = /^\/v1\/supergraphs\/(\w+)$/.exec(path)?.[1];
    if (artefact !== undefined) asked.artefacts++;
    else asked.notices++;
    if (behaviour) behaviour(request, response);
    else if (artefact !== undefined) response.end(artefacts.get(artefact));
    else answerNotice(request, response);
  });

  function answerNotice(request: IncomingMessage, response: ServerResponse): void {
    const etag = current && etagOf(current);
    if (current !== undefined && request.headers['if-none-match'] !== etag) {
      response.writeHead(200, { [SIGNATURE_HEADER]: current.signature }).end(current.body);
      return;
    }
    const wait = Number(new URL(request.url ?? '', 'http://x').searchParams.get('wait')) * 1_000;
    const again = () => {
      waiting.delete(again);
      clearTimeout(timer);
      answerNotice(request, response);
    };
    const timer = setTimeout(() => {
      waiting.delete(again);
      if (current) response.writeHead(304).end();
      else
        response
          .writeHead(404)
          .end('{"error":{"code":"NOT_REGISTERED","message":"dev has no release yet."}}');
    }, wait);
    waiting.add(again);
    response.once('close', () => {
      waiting.delete(again);
      clearTimeout(timer);
    });
  }

  const deliver = (signed: SignedNotice) => {
    current = signed;
    for (const again of [...waiting]) again();
  };
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const port = await listen(0);

  return {
    url: `http://127.0.0.1:${port}`,
    keys,
    asked,
    release(sdl, more = {}) {
      const digest = digestOf(sdl);
      artefacts.set(digest, sdl);
      sequence = more.sequence ?? sequence + 1;
      const live = { release: sequence, digest };
      const signed = signer.sign({ environment: 'dev', sequence, salt: 'salt', live, ...more });
      deliver(signed);
      return signed;
    },
    deliver,
    replaceArtefact: (digest, sdl) => void artefacts.set(digest, sdl),
    behave: (answer) => {
      behaviour = answer;
    },
    leave: close,
    return: async () => void (await listen(port)),
    [Symbol.asyncDispose]: close,
  };
}
