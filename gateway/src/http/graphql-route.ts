import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TributaryError } from '@tributary/errors';
import type { Logger, Span } from '@tributary/telemetry';
import { authorize, type TokenVerifier } from '../authorize/index.ts';
import type { Policy } from '../configuration/index.ts';
import { type Answer, type MediaType, statusOf } from '../respond/index.ts';
import { asByteText, type BytesOrText, type Caller, toByteText } from '../subgraph/index.ts';
import type { Generation, GenerationLease, Generations } from '../supergraph/index.ts';
import { type ArmTurn, takeArmTurn } from './arm-turn.ts';
import { clientAttributes } from './client-identity.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { assertNotCrossSite } from './cross-site.ts';
import { explainedOf } from './explanation.ts';
import { toFailureAnswer } from './failure-answer.ts';
import { assertJsonBody, negotiateMediaType } from './media-type.ts';
import type { RunInTurn } from './observe-arms.ts';
import { type Parameters, parseBody, parseQueryString } from './parameters.ts';
import { readBody } from './read-body.ts';
import { createRequestLifetime, requestTimeoutOf } from './request-lifetime.ts';
import type { Exchange, Route } from './routes.ts';
import {
  errorsOf,
  type OperationOutcome,
  type OperationResponse,
  type RunOperation,
} from './run-operation.ts';
import { subgraphTimings } from './server-timing.ts';

export interface GraphQLRouteOptions {
  readonly generations: Generations;
  readonly tokenVerifier: TokenVerifier | undefined;
  readonly runOperation: RunOperation;
  /** The same, for requests that a canary may answer. */
  readonly runInTurn: RunInTurn;
  readonly logger: Logger;
  /** Whether clients may look inside, at query plans and the times of subgraphs: in development. */
  readonly isOpen: boolean;
}

/** GraphQL over HTTP at /graphql: https://graphql.github.io/graphql-over-http/draft/ */
export function createGraphQLRoute(options: GraphQLRouteOptions): Route {
  return {
    path: '/graphql',
    async answer(exchange) {
      using lease = options.generations.acquire();
      const { allowedOrigins } = lease.generation.policy.security;
      const answer = await serveOrFail(exchange, lease, options);
      if (allowedOrigins.length === 0) return answer;
      return {
        ...answer,
        headers: { ...answer.headers, ...corsHeaders(exchange.request.headers, allowedOrigins) },
      };
    },
  };
}

async function serveOrFail(
  exchange: Exchange,
  lease: GenerationLease,
  options: GraphQLRouteOptions,
): Promise<Answer> {
  try {
    return await serve(exchange, lease, options);
  } catch (error) {
    return toFailureAnswer(error, options.logger);
  }
}

async function serve(
  exchange: Exchange,
  lease: GenerationLease,
  options: GraphQLRouteOptions,
): Promise<Answer> {
  const { request, span } = exchange;
  const { policy } = lease.generation;
  const { method, headers } = request;
  if (method === 'OPTIONS') return answerOptions(headers, policy);
  if (span.isRecording()) span.setAttributes(clientAttributes(headers));

  // Everything that can be refused by the head alone, before a byte of the body is read.
  if (method === 'POST') assertJsonBody(headers['content-type']);
  else if (method === 'GET' || method === 'HEAD') assertNotCrossSite(headers, policy.security.allowedOrigins);
  else throw new TributaryError('METHOD_NOT_ALLOWED', 'Use POST or GET');
  const mediaType = negotiateMediaType(headers.accept);
  const lifetime = createRequestLifetime(request, requestTimeoutOf(headers, policy.traffic));
  const identity = await authorize(request, options.tokenVerifier);
  const parameters = await readParameters(exchange, policy);
  using turn = takeArmTurn(options.generations, lease, { request, identity });
  const { generation } = turn ?? lease;
  if (span.isRecording()) describeArm(span, generation, turn);
  const runOperation = turn ? options.runInTurn(turn) : options.runOperation;

  const caller: Caller = { identity, forwardedHeaders: pickHeaders(headers, policy.headers.forward) };
  const explained = options.isOpen ? explainedOf(headers) : undefined;
  const context = { generation, caller, lifetime, method, headers, explained };
  if (Array.isArray(parameters)) {
    const outcomes = await Promise.all(
      parameters.map((item, index) => inTurn(index, () => runOperation(item, context))),
    );
    const texts = outcomes.map(({ response }) => asByteText(toResponseText(response)));
    return withTimings(toAnswer(200, `[${texts.join(',')}]`, mediaType), outcomes, policy, options);
  }
  // Array.isArray does not narrow a readonly array away.
  const outcome = await runOperation(parameters as Parameters, context);
  if (span.isRecording()) describeOperation(span, outcome);
  const status = outcome.response.kind === 'text' ? 200 : statusOf(outcome.response.result, mediaType);
  const answer = toAnswer(status, toResponseText(outcome.response), mediaType, allowOf(outcome));
  return withTimings(answer, [outcome], policy, options);
}

/** Times tell what a gateway is made of, and which question costs a subgraph the most. */
function withTimings(
  answer: Answer,
  outcomes: readonly OperationOutcome[],
  { responses }: Policy,
  { isOpen }: GraphQLRouteOptions,
): Answer {
  if (!(responses.subgraphTimings ?? isOpen)) return answer;
  return { ...answer, timings: subgraphTimings(outcomes.map(({ report }) => report)) };
}

/**
 * Each operation of a batch begins in a turn of the event loop of its own: to parse, validate and plan one may take
 * tens of milliseconds, and other clients' requests get theirs in between.
 */
async function inTurn<T>(index: number, run: () => Promise<T>): Promise<T> {
  for (let turn = 0; turn < index; turn++) await nextTurn();
  return run();
}

async function readParameters({ request, search }: Exchange, { limits }: Policy) {
  if (request.method !== 'POST') return parseQueryString(new URLSearchParams(search));
  return parseBody(await readBody(request, limits.bodyBytes), limits);
}

function toResponseText(response: OperationResponse): BytesOrText {
  if (response.kind === 'result') return toByteText(JSON.stringify(response.result));
  const { text, errors } = response;
  if (errors === undefined) return text;
  return `{"errors":${toByteText(JSON.stringify(errors))},${asByteText(text).slice(1)}`;
}

function toAnswer(status: number, body: BytesOrText, mediaType: MediaType, headers = {}): Answer {
  return {
    status,
    headers: { 'content-type': `${mediaType}; charset=utf-8`, ...headers },
    body,
    isByteText: true,
    // Compiled code gives bytes of their own.
    ownsBody: true,
  };
}

/** GraphQL server conventions: the span is named by the operation's type, which is one of few; its name is an attribute. */
function describeOperation(span: Span, { operation, response }: OperationOutcome): void {
  if (operation) {
    span.updateName(operation.operation);
    span.setAttribute('graphql.operation.type', operation.operation);
    if (operation.name) span.setAttribute('graphql.operation.name', operation.name.value.slice(0, 128));
  }
  const { length } = errorsOf(response);
  if (length > 0) span.setAttribute('tributary.error_count', length);
}

function describeArm(span: Span, { digest }: Generation, turn: ArmTurn | undefined): void {
  span.setAttributes({ 'tributary.supergraph.digest': digest, 'tributary.arm': turn?.arm ?? 'live' });
}

function allowOf({ response }: OperationOutcome): Record<string, string> {
  return errorsOf(response)[0]?.extensions?.code === 'METHOD_NOT_ALLOWED' ? { allow: 'POST' } : {};
}

const NO_HEADERS = {};

function pickHeaders(
  headers: IncomingHttpHeaders,
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (names.length === 0) return NO_HEADERS;
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) picked[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return picked;
}

function answerOptions(headers: IncomingHttpHeaders, { security }: Policy): Answer {
  const isAllowed = 'access-control-allow-origin' in corsHeaders(headers, security.allowedOrigins);
  return {
    status: 204,
    headers: { allow: 'GET, HEAD, POST, OPTIONS', ...(isAllowed && preflightHeaders()) },
    body: '',
  };
}
