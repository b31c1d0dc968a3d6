import { TributaryError } from '@tributary/errors';
import type { ExecutionResult } from 'graphql';
import type { Planner } from '../../plan/index.ts';
import { fromByteText, type RawResponse, type SubgraphClient } from '../../subgraph/index.ts';
import type { CompiledOperation } from '../compile/index.ts';
import type { ExecutionOutcome, ExecutionRequest } from '../engine.ts';
import { Executor, type ExecutorOptions } from '../executor.ts';
import { requestOf } from './request-of.ts';

export interface Answered {
  /** The client's response. */
  readonly text: string;
  readonly result: ExecutionResult;
  /** Why the complete executor answered; undefined where compiled code did. */
  readonly why: string | undefined;
}

/** What a subgraph answers: JSON text, a response that is not as it should be, or none at all. */
export type Reply = string | Partial<RawResponse> | TributaryError;

/** Plans for real; the subgraphs say what they are told to, in the order in which they are asked. */
export class TestEngine {
  /** Each request as `<subgraph> <body>`. */
  readonly sent: string[] = [];
  readonly executor: Executor;
  readonly #planner: Planner;
  readonly #clients: ReadonlyMap<string, SubgraphClient>;
  readonly #replies = new Map<string, (Reply | Promise<Reply>)[]>();
  readonly #answers = new Map<string, (body: string) => Reply>();

  constructor(planner: Planner, options: Partial<ExecutorOptions> = {}) {
    this.#planner = planner;
    this.executor = new Executor(planner, { mode: 'compiled', cacheBytes: 10_000_000, ...options });
    this.#clients = new Map(planner.facts.subgraphs.map(({ name }) => [name, this.#client(name)]));
  }

  /** What the subgraph answers to its next requests, one each. */
  replies(subgraph: string, ...replies: (Reply | Promise<Reply>)[]): this {
    this.#replies.set(subgraph, [...(this.#replies.get(subgraph) ?? []), ...replies]);
    return this;
  }

  /** What the subgraph answers to each request that it was told no reply for. */
  answers(subgraph: string, answer: (body: string) => Reply): this {
    this.#answers.set(subgraph, answer);
    return this;
  }

  async execute(
    source: string,
    variables: ExecutionRequest['variables'] = {},
    activeLabels: readonly string[] = [],
  ): Promise<Answered> {
    let why: string | undefined;
    const request = requestOf(source, this.#planner, variables);
    const outcome = await this.executor.execute(request, this.#clients, activeLabels, (reason) => {
      why = reason;
    });
    const text = outcome.kind === 'text' ? toWholeText(outcome) : JSON.stringify(outcome.result);
    return { text, result: JSON.parse(text) as ExecutionResult, why };
  }

  /** What an operation is compiled to. Throws where it is declined. */
  async compile(source: string, variables: ExecutionRequest['variables'] = {}): Promise<CompiledOperation> {
    const prepared = await this.executor.prepared.get(requestOf(source, this.#planner, variables), []);
    const compiled = prepared.compiledFor(variables);
    if (compiled instanceof Error) throw compiled;
    return compiled;
  }

  #client(name: string): SubgraphClient {
    return {
      name,
      send: async (request) => {
        this.sent.push(`${name} ${fromByteText(request.body)}`);
        const next =
          this.#replies.get(name)?.shift() ?? this.#answers.get(name)?.(fromByteText(request.body));
        if (next === undefined) throw new Error(`${name} expected no such request: ${request.body}`);
        const reply = await next;
        if (reply instanceof TributaryError) throw reply;
        const head = { status: 200, contentType: 'application/json', body: Buffer.alloc(0) };
        const response = typeof reply === 'string' ? ownBody(reply) : reply;
        return request.read({ ...head, ...response }).value;
      },
      [Symbol.asyncDispose]: async () => {},
    };
  }
}

/** As from a socket: whoever reads it later than it may finds it empty. */
export function ownBody(text: string): Pick<RawResponse, 'body' | 'ownsBody'> {
  return { body: Buffer.from(new TextEncoder().encode(text).buffer), ownsBody: true };
}

function toWholeText({ text, errors }: Extract<ExecutionOutcome, { kind: 'text' }>): string {
  const data = fromByteText(text);
  return errors === undefined ? data : `{"errors":${JSON.stringify(errors)},${data.slice(1)}`;
}
