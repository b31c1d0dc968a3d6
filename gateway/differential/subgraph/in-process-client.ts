import { setImmediate, setTimeout } from 'node:timers/promises';
import { TributaryError } from '@tributary/errors';
import type { ExecutionResult } from 'graphql';
import type { RawResponse, SubgraphClient, SubgraphRequest } from '../../src/subgraph/index.ts';
import type { Failure, Fault } from '../faults.ts';
import { parseExact } from '../json-text.ts';
import { shareOf } from '../random.ts';
import type { SubgraphModel } from '../world/read-subgraph.ts';
import { executeSubgraph, type SubgraphSurroundings } from './execute-subgraph.ts';
import { writeJson } from './write-json.ts';

/** A subgraph without a socket: its answers are bytes all the same, spoiled as the faults say. */
export function createInProcessClient(
  model: SubgraphModel,
  surroundings: SubgraphSurroundings,
  onFetch: (subgraph: string, body: string) => void,
): SubgraphClient {
  const { name } = model;
  const faults = surroundings.faults.filter((fault) => 'subgraph' in fault && fault.subgraph === name);
  return {
    name,
    async send<T>(request: SubgraphRequest<T>): Promise<T> {
      onFetch(name, request.body);
      // The gateway wrote it: it is a request. Numbers keep their digits, as they would in a careful subgraph.
      const body = parseExact(Buffer.from(request.body, 'latin1').toString('utf8')) as Parameters<
        typeof executeSubgraph
      >[1];
      const isEntities = body.query.includes('_entities');
      const failure = faults.find(
        (fault) =>
          fault.kind === 'failure' && (fault.scope === 'all' || (fault.scope === 'entities') === isEntities),
      );
      const answer = await executeSubgraph(model, body, surroundings);
      const text = writeJson(spoil(answer.result, faults, isEntities), spellingOf(faults), answer.opaque);
      const response = respond(text, faults);
      await delay(request.body, faults);
      const raw = failure?.kind === 'failure' ? fail(failure.failure, response, name) : response;
      return request.read(raw).value;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Past what a fetch waits for others that it could travel with. */
const LATE_MS = 8;

async function delay(body: string, faults: readonly Fault[]): Promise<void> {
  const late = faults.find((fault) => fault.kind === 'late');
  if (late === undefined) return;
  const share = shareOf(body);
  if (share >= late.rate) return;
  if (share < late.rate / 4) await setTimeout(LATE_MS);
  else await setImmediate();
}

function spellingOf(faults: readonly Fault[]) {
  return faults.find((fault) => fault.kind === 'spelling')?.spelling;
}

function respond(text: string, faults: readonly Fault[]): RawResponse {
  const spelling = spellingOf(faults);
  return {
    status: spelling === 'status-500' ? 500 : 200,
    contentType:
      spelling === 'graphql-response-json'
        ? 'application/graphql-response+json; charset=utf-8'
        : 'application/json',
    // As from a socket: whoever reads it later than it may finds it empty.
    body: Buffer.from(new TextEncoder().encode(text).buffer),
    ownsBody: true,
  };
}

/** Changes the answer as data. */
function spoil(
  result: ExecutionResult,
  faults: readonly Fault[],
  isEntities: boolean,
): Record<string, unknown> {
  const errors = result.errors?.map((error) => ({
    message: error.message,
    ...(error.path && { path: error.path }),
    extensions: { code: 'FAILED_HERE' },
  }));
  // graphql-js puts errors first; most servers do.
  const answer: Record<string, unknown> = { ...(errors && { errors }), data: result.data };
  if (result.data === undefined) delete answer.data;
  for (const fault of faults) {
    if (fault.kind === 'spelling' && fault.spelling === 'extensions') {
      answer.extensions = { tracing: { data: { x: [1, { y: '"data":' }] } }, errors: [] };
    }
    if (fault.kind === 'stray-error') {
      answer.errors = [
        ...(errors ?? []),
        { message: 'Stray', ...strayPaths[fault.path], extensions: { code: 'STRAY' } },
      ];
    }
    const data = answer.data as Record<string, unknown> | null | undefined;
    if (fault.kind !== 'entities' || !data || !isEntities) continue;
    for (const [key, value] of Object.entries(data)) {
      if (!Array.isArray(value)) continue;
      data[key] =
        fault.how === 'short'
          ? value.slice(0, -1)
          : fault.how === 'long'
            ? [...value, null]
            : { 0: value[0] };
    }
  }
  return answer;
}

const strayPaths = {
  none: {},
  null: { path: null },
  unknown: { path: ['nobody', 3, 'asked'] },
  long: { path: ['_entities', 99, 'id', 'deeper', 0] },
} as const;

function fail(failure: Failure, response: RawResponse, name: string): RawResponse {
  const body = (text: string, status = 200): RawResponse => ({
    ...response,
    status,
    body: Buffer.from(text),
  });
  switch (failure) {
    case 'unavailable':
      throw new TributaryError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} could not be reached`);
    case 'timeout':
      throw new TributaryError('SUBGRAPH_TIMEOUT', `The subgraph ${name} did not answer in time`);
    case 'html':
      return { ...body('<html>'), contentType: 'text/html' };
    case 'html-502':
      return { ...body('<html>', 502), contentType: 'text/html' };
    case 'truncated':
      return { ...response, body: response.body.subarray(0, Math.floor(response.body.length * 0.7)) };
    case 'empty':
      return body('');
    case 'array':
      return body('[]');
    case 'no-data':
      return body('{"extensions":{}}');
    case 'errors-only':
      return body('{"errors":[{"message":"no","extensions":{"code":"REFUSED"}}]}', 400);
    case 'null-data':
      return body('{"data":null,"errors":[{"message":"no","extensions":{"code":"REFUSED"}}]}');
    case 'bad-utf-8':
      return { ...response, body: Buffer.concat([response.body.subarray(0, -1), Buffer.from([0xff, 0x7d])]) };
    case 'data-is-text':
      return body('{"data":"text"}');
    case 'nothing-asked-for':
      return body('{"data":{}}');
  }
}
