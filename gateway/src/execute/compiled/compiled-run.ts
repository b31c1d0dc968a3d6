import { TributaryError } from '@tributary/errors';
import {
  asByteText,
  judgeErrors,
  type RawResponse,
  type SubgraphClient,
  type SubgraphReading,
} from '../../subgraph/index.ts';
import type { CompiledOperation, SentStep } from '../compile/index.ts';
import { createLiveFetch, type FetchFromSubgraph } from '../complete/index.ts';
import type { ExecutionOutcome, ExecutionRequest } from '../engine.ts';
import { Asked } from './asked.ts';
import { aside, differsFrom, SteppedAside } from './json-bytes.ts';
import { ABSENT, type RunState } from './load-module.ts';
import { type LostStep, locateLosses } from './locate-losses.ts';
import { readAnswer } from './read-answer.ts';
import { Reading, Recording } from './recording.ts';
import { AskedEntities, requestBody, requestMark, variablesOf } from './request-body.ts';

export interface CompiledRunOptions {
  readonly request: ExecutionRequest;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
}

/** What a run came to: the answer, or what the complete executor needs to give it. */
export type CompiledOutcome =
  | Extract<ExecutionOutcome, { kind: 'text' }>
  /** `fetch` answers with what has been fetched already, and fetches the rest. */
  | { readonly kind: 'aside'; readonly why: string; readonly fetch: FetchFromSubgraph };

/**
 * How long a fetch waits for others that can travel with it. What they wait for may be a slow subgraph, and that must
 * not hold up what does not need it.
 */
const PATIENCE_MS = 5;

/** Executes compiled code: each request as soon as what it needs is there, the answer as text; or steps aside. */
export function runCompiled(
  compiled: CompiledOperation,
  options: CompiledRunOptions,
): Promise<CompiledOutcome> {
  return new Promise((resolve) => new CompiledRun(compiled, options, resolve).start());
}

type Resolve = (outcome: CompiledOutcome) => void;

interface FillingGroup {
  /** Steps that are ready to be sent, in the order in which the texts of requests are kept. */
  ready: SentStep[];
  /** How many of its steps have not been sent, these included. */
  unsent: number;
  timer: NodeJS.Timeout | undefined;
}

class CompiledRun {
  readonly #compiled: CompiledOperation;
  readonly #options: CompiledRunOptions;
  readonly #resolve: Resolve;
  readonly #state: RunState;
  readonly #recording = new Recording();
  /** For each step, how many steps it still waits for. */
  readonly #waitsFor: number[];
  /** Of the groups of more than one step those that have begun to fill. */
  #filling: Map<number, FillingGroup> | undefined;
  #unanswered: number;
  #lost: LostStep[] | undefined;
  /** Half of an answer has been read: it is among the rest, and no second answer to the same request can take its place. */
  #isTorn = false;
  #isAside = false;

  constructor(compiled: CompiledOperation, options: CompiledRunOptions, resolve: Resolve) {
    this.#compiled = compiled;
    this.#options = options;
    this.#resolve = resolve;
    this.#state = new compiled.module.Run();
    this.#waitsFor = compiled.waitsFor.slice();
    this.#unanswered = compiled.steps.length;
  }

  start(): void {
    const { steps, waitsFor } = this.#compiled;
    if (steps.length === 0) this.#finish();
    for (const step of steps) if (waitsFor[step.index] === 0) this.#makeReady(step);
  }

  #makeReady(step: SentStep): void {
    const number = this.#compiled.groupOf[step.index] as number;
    const size = this.#compiled.groups[number]?.steps.length ?? 1;
    if (size === 1) {
      this.#send([step]);
      return;
    }
    this.#filling ??= new Map();
    let group = this.#filling.get(number);
    if (group === undefined) {
      group = { ready: [], unsent: size, timer: undefined };
      this.#filling.set(number, group);
    }
    insert(group.ready, step);
    if (group.ready.length === group.unsent) this.#sendGroup(group);
    else group.timer ??= setTimeout(() => this.#sendGroup(group), PATIENCE_MS);
  }

  /** Sends what is ready; what comes later begins to fill the group anew. */
  #sendGroup(group: FillingGroup): void {
    clearTimeout(group.timer);
    group.timer = undefined;
    const { ready } = group;
    group.ready = [];
    group.unsent -= ready.length;
    this.#send(ready);
  }

  #send(ready: readonly SentStep[]): void {
    const { module, texts } = this.#compiled;
    const steps: SentStep[] = [];
    const asked: (Asked | undefined)[] = [];
    for (const step of ready) {
      const code = module.steps[step.index];
      const entities = code && 'ask' in code ? new Asked(code.around) : undefined;
      if (entities && code && 'ask' in code && !this.#try(() => code.ask(this.#state, entities))) return;
      entities?.close();
      if (entities?.count === 0) {
        this.#answered([step]);
        continue;
      }
      steps.push(step);
      asked.push(entities);
    }
    if (steps.length === 0 || this.#isAside) return;

    const [{ fetch, path }] = steps as [SentStep, ...SentStep[]];
    const { request, clients } = this.#options;
    const text = texts.of(steps);
    const keys = text.dataKeys;
    // The steps of root fields never share a request.
    const variables = variablesOf(text, request.variables);
    const entities = asked[0] && new AskedEntities(text, variables, asked as readonly Asked[]);
    const reading = this.#fetch(clients.get(fetch.serviceName), {
      body: entities?.body() ?? requestBody(text, variables, []),
      mark: requestMark(text, variables, asked),
      query: text.query,
      operationName: text.operationName,
      targets: text.targets,
      entities,
      operationKind: fetch.operationKind === 'mutation' ? 'mutation' : 'query',
      path,
      caller: request.caller,
      lifetime: request.lifetime,
      report: request.report,
      read: (response) => this.#read(response, steps, asked, keys),
    });
    this.#recording.keep({ fetches: steps.map((step) => step.fetch), dataKeys: keys, asked, reading });
    reading.then(
      () => this.#answered(steps),
      (error: unknown) => this.#lose(steps, asked, error),
    );
  }

  #fetch(
    client: SubgraphClient | undefined,
    request: Parameters<SubgraphClient['send']>[0] & {
      read(response: RawResponse): SubgraphReading<Reading>;
    },
  ): Promise<Reading> {
    if (client) return client.send<Reading>(request);
    return Promise.reject(new TributaryError('SUBGRAPH_UNAVAILABLE', 'The subgraph has no client'));
  }

  #read(
    response: RawResponse,
    steps: readonly SentStep[],
    asked: readonly (Asked | undefined)[],
    keys: readonly string[],
  ): SubgraphReading<Reading> {
    const reading = new Reading((steps[0] as SentStep).fetch.serviceName, response);
    this.#recording.arrived(reading);
    if (this.#isAside) return { value: reading, ...judgeErrors(reading.parsed) };
    try {
      this.#readData(response, steps, asked, keys);
      return { value: reading, errorCount: 0 };
    } catch (error) {
      if (this.#isTorn) this.#stepAside(whyAside(error));
      // Throws where it is no GraphQL response: then the fetch has failed.
      const judged = judgeErrors(reading.parsed);
      this.#stepAside(whyAside(error));
      return { value: reading, ...judged };
    }
  }

  #readData(
    response: RawResponse,
    steps: readonly SentStep[],
    asked: readonly (Asked | undefined)[],
    keys: readonly string[],
  ): void {
    const { module } = this.#compiled;
    const parts: number[][] = [];
    readAnswer(module, this.#state, response, (bytes, start) => {
      this.#isTorn = true;
      let p = start;
      for (let index = 0; index < steps.length; index++) {
        const code = module.steps[(steps[index] as SentStep).index];
        if (code === undefined) return aside();
        if ('read' in code) return code.read(p);
        const key = `${index === 0 ? '{' : ','}"${keys[index]}":`;
        if (differsFrom(bytes, p, key)) aside();
        const own: number[] = [];
        parts.push(own);
        p = code.entities(p + key.length, asked[index] as Asked, own);
      }
      if (bytes[p] !== 125) aside();
      return p + 1;
    });
    // Given only when the whole answer has been read: half of it must not be seen by anyone.
    for (const [index, own] of parts.entries()) {
      const code = module.steps[(steps[index] as SentStep).index];
      if (code && 'give' in code) code.give(this.#state, own);
    }
    this.#isTorn = false;
  }

  /** A fetch has failed: what it was to bring is null, where that may be and the errors for it can be told from the answer. */
  #lose(steps: readonly SentStep[], asked: readonly (Asked | undefined)[], error: unknown): void {
    if (this.#isAside) return;
    const { module, losses } = this.#compiled;
    const lost: LostStep[] = [];
    for (const [index, step] of steps.entries()) {
      const [code, own, loss] = [module.steps[step.index], asked[index], losses[step.index]];
      const isFault = error instanceof TributaryError;
      if (!isFault || !code || !('give' in code) || !own || !loss || code.mayBeAbsent.includes(false)) {
        this.#stepAside('a fetch failed');
        return;
      }
      lost.push({ step, losses: loss, error });
      const parts = new Array<number>(own.count).fill(ABSENT);
      if (!this.#try(() => code.give(this.#state, parts))) return;
    }
    this.#lost = this.#lost === undefined ? lost : [...this.#lost, ...lost];
    this.#answered(steps);
  }

  #answered(steps: readonly SentStep[]): void {
    if (this.#isAside) return;
    this.#unanswered -= steps.length;
    if (this.#unanswered === 0) {
      this.#finish();
      return;
    }
    const { dependents, steps: all } = this.#compiled;
    for (const { index } of steps) {
      for (const dependent of dependents[index] ?? []) {
        const left = (this.#waitsFor[dependent] as number) - 1;
        this.#waitsFor[dependent] = left;
        if (left === 0) this.#makeReady(all[dependent] as SentStep);
      }
    }
  }

  #finish(): void {
    this.#try(() => {
      const text = this.#compiled.module.write(this.#state);
      this.#state.rows.release();
      this.#resolve(
        this.#lost === undefined
          ? { kind: 'text', text }
          : { kind: 'text', text, errors: locateLosses(asByteText(text), this.#lost) },
      );
      this.#recording.free();
    });
  }

  /** Runs compiled code. Whatever it throws, the complete executor has an answer. */
  #try(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      this.#stepAside(whyAside(error));
      return false;
    }
  }

  #stepAside(why: string): void {
    if (this.#isAside) return;
    this.#isAside = true;
    this.#state.rows.release();
    if (this.#filling) for (const { timer } of this.#filling.values()) clearTimeout(timer);
    const { request, clients } = this.#options;
    const live = createLiveFetch({ clients, ...request });
    this.#resolve({ kind: 'aside', why, fetch: this.#recording.replay(live) });
  }
}

/** Few come in another order, and to sort them anew takes a kilobyte each time. */
function insert(steps: SentStep[], step: SentStep): void {
  let at = steps.length;
  while (at > 0 && (steps[at - 1] as SentStep).index > step.index) at--;
  if (at === steps.length) steps.push(step);
  else steps.splice(at, 0, step);
}

function whyAside(error: unknown): string {
  const isExpected = error instanceof SteppedAside || error instanceof RangeError;
  return isExpected ? 'an answer is not what the code reads' : `the code failed: ${error}`;
}
