import { expect, it } from 'vitest';
import {
  fromByteText,
  Lifetime,
  RequestReport,
  type SubgraphClient,
  type SubgraphRequest,
} from '../../subgraph/index.ts';
import { createLiveFetch } from './live-fetch.ts';

const node = {
  kind: 'Fetch',
  serviceName: 'one',
  operation: '{a(t:"é")}',
  operationName: 'Q',
  operationKind: 'mutation',
} as const;

/** Answers each request with the text and remembers what it was asked. */
function recordingClient(text: string): [SubgraphClient, SubgraphRequest<unknown>[]] {
  const requests: SubgraphRequest<unknown>[] = [];
  const client: SubgraphClient = {
    name: 'one',
    send: async (request) => {
      requests.push(request);
      const body = Buffer.from(text);
      return request.read({ status: 200, contentType: 'application/json', body }).value;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return [client, requests];
}

const caller = { identity: {}, forwardedHeaders: { 'x-a': 'b' } } as never;
const lifetime = new Lifetime(Infinity);
const report = new RequestReport();

it('sends the body as bytes of UTF-8 and reads what comes back', async () => {
  const [client, requests] = recordingClient('{"data":{"a":"é"}}');
  const fetch = createLiveFetch({ clients: new Map([['one', client]]), caller, lifetime, report });
  expect(await fetch(node, { v: '😀' }, ['a', '@'])).toEqual({ data: { a: 'é' } });
  const [request] = requests;
  expect(request).toMatchObject({
    query: '{a(t:"é")}',
    operationName: 'Q',
    operationKind: 'mutation',
    path: ['a', '@'],
    caller,
    targets: ['Mutation.a'],
    lifetime,
    report,
  });
  expect(JSON.parse(fromByteText(request?.body ?? ''))).toEqual({
    query: '{a(t:"é")}',
    operationName: 'Q',
    variables: { v: '😀' },
  });
});

it('rejects with a code for an answer that is none, and for a subgraph without a client', async () => {
  const [client] = recordingClient('{"data"');
  const fetch = createLiveFetch({ clients: new Map([['one', client]]), caller, lifetime, report });
  await expect(fetch(node, {}, [])).rejects.toMatchObject({ code: 'SUBGRAPH_MALFORMED_RESPONSE' });
  const alone = createLiveFetch({ clients: new Map(), caller, lifetime, report });
  await expect(alone(node, {}, [])).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
});
