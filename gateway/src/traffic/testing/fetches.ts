import { TributaryError } from '@tributary/errors';
import { Lifetime } from '../../subgraph/lifetime.ts';
import { markOf } from '../../subgraph/mark.ts';
import { RequestReport } from '../../subgraph/request-report.ts';
import type { Receiver, Sender } from '../../subgraph/sender.ts';
import type { RawResponse, SubgraphRequest } from '../../subgraph/subgraph-client.ts';

/** A query of `Query.me` for nobody, without an end; its value is the text of the answer. */
export function createFetch(overrides: Partial<SubgraphRequest<string>> = {}): SubgraphRequest<string> {
  const body = overrides.body ?? '{"query":"{me{id}}"}';
  return {
    body,
    mark: markOf(body),
    query: '{me{id}}',
    operationName: undefined,
    targets: ['Query.me'],
    operationKind: 'query',
    path: [],
    caller: { identity: { subject: null, roles: [] }, forwardedHeaders: {} },
    lifetime: new Lifetime(Infinity),
    report: new RequestReport(),
    read: ({ body }) => ({ value: body.toString(), errorCount: 0 }),
    ...overrides,
  };
}

export function answer(text = 'ok', overrides: Partial<RawResponse> = {}): RawResponse {
  return { status: 200, contentType: 'application/json', body: Buffer.from(text), ...overrides };
}

/** As the transport's failures look behind toSubgraphFailure. */
export function connectionFailure(code = 'ECONNREFUSED'): TributaryError {
  const cause = Object.assign(new Error(code), { code });
  return new TributaryError('SUBGRAPH_UNAVAILABLE', 'The subgraph loyalty could not be reached', { cause });
}

/** What a fetch comes to when it is sent that way: what its reader makes of the answer. */
export function sendBy(sender: Sender, request: SubgraphRequest<string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const receiver: Receiver = {
      read: (response) => request.read(response),
      answered: ({ value }) => resolve(value as string),
      failed: reject,
    };
    sender.send(request, request.lifetime, receiver, performance.now());
  });
}

/** Comes after that time, by the fake clock. */
export function later<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms, value));
}

/** What became of it so far. */
export function outcomeOf(promise: Promise<unknown>): { value?: unknown; error?: unknown } {
  const outcome: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => {
      outcome.value = value;
    },
    (error) => {
      outcome.error = error;
    },
  );
  return outcome;
}
