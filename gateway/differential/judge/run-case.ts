import { hash } from 'node:crypto';
import { TributaryError } from '@tributary/errors';
import { type ExecutionResult, getOperationAST, parse, print, validate } from 'graphql';
import { type WithoutLiterals, withoutLiterals } from '../../src/operation/without-literals.ts';
import type { Case } from '../case.ts';
import { composeFederation, type Federation } from '../compose.ts';
import type { Engines } from '../engines.ts';
import { executeMonolith } from '../oracle/execute-monolith.ts';
import { createInProcessClient } from '../subgraph/in-process-client.ts';
import { createWorld } from '../world/world.ts';
import { comparableText, compareWithMonolith } from './compare-answers.ts';
import { type Expectation, expectationOf } from './expectation.ts';

export type Verdict =
  /** No case at all: does not compose, is not valid, has no world, or is more than the planner takes on. */
  | { readonly kind: 'void' }
  | {
      readonly kind: 'judged';
      readonly expectation: Expectation;
      readonly monolith: ExecutionResult;
      readonly runs: readonly Run[];
      readonly findings: readonly Finding[];
    };

export interface Run {
  readonly engine: string;
  readonly result: ExecutionResult;
  readonly fetches: readonly string[];
  /** Set where it answered without ever building the answer as objects. */
  readonly text: string | undefined;
  readonly refusals: ReadonlySet<string>;
  readonly stepAside: string | undefined;
}

export interface Finding {
  readonly engine: string;
  readonly problem: string;
}

/** Composes the case's subgraphs and runs it. A supergraph that the planner cannot load is a finding too. */
export async function runCase(drawn: Case, engines: Engines): Promise<Verdict> {
  let federation: Federation | undefined;
  try {
    federation = composeFederation(drawn.subgraphs);
  } catch (error) {
    const findings = [{ engine: 'planner', problem: `cannot load the supergraph: ${error}` }];
    return { kind: 'judged', expectation: 'agreement', monolith: {}, runs: [], findings };
  }
  return federation === undefined ? { kind: 'void' } : runIn(federation, drawn, engines);
}

/** Runs the case in a federation that its subgraphs have been composed to. */
export async function runIn(federation: Federation, drawn: Case, engines: Engines): Promise<Verdict> {
  const { operation: client, activeLabels, faults } = drawn;
  const { schema } = federation.planner;
  const document = parse(client.source, { noLocation: true });
  const operation = getOperationAST(document, client.operationName);
  if (!operation || validate(schema, document).length > 0) return { kind: 'void' };

  const world = createWorld(federation.fullSchema, federation.subgraphs, drawn.world);
  const monolith = await executeMonolith({
    schema,
    world,
    document,
    operationName: client.operationName,
    variables: client.variables,
    faults,
  });
  if (hasNoWorld(monolith.result)) return { kind: 'void' };

  const expectation = expectationOf(faults, federation, document);
  const tolerance = {
    surplusErrors: faults.length > 0 && operation.operation === 'mutation' && monolith.result.data === null,
  };
  const asked = sharesItsPlan(drawn) ? askedBy(withoutLiterals(schema, document), drawn) : undefined;
  const findings: Finding[] = [];
  const runs: Run[] = [];
  for (const [engine, execute] of Object.entries(engines)) {
    const find = (problem: string) => findings.push({ engine, problem });
    const start = async (): Promise<Run> => {
      const fetches: string[] = [];
      const refusals = new Set<string>();
      const surroundings = {
        models: federation.subgraphs,
        possibleTypes: federation.possibleTypes,
        world,
        session: { log: [] },
        activeLabels,
        faults,
        refusals,
      };
      const clients = new Map(
        federation.subgraphs.map((model) => [
          model.name,
          createInProcessClient(model, surroundings, (name, body) => fetches.push(`${name} ${body}`)),
        ]),
      );
      const asIs = { document, operation, variables: client.variables, source: client.source };
      const request = { federation, clients, activeLabels, ...(asked ?? asIs) };
      const { result, text, stepAside } = await execute(request);
      return { engine, result, text, fetches, refusals, stepAside };
    };
    try {
      // Where answers come late, two requests at once meet in the middle.
      const isLate = faults.some(({ kind }) => kind === 'late');
      const [run, atOnce] = await Promise.all([start(), isLate ? start() : undefined]);
      const { result, text, refusals, stepAside } = run;
      // The monolith may have failed before it came to that.
      if (hasNoWorld(result)) return { kind: 'void' };
      for (const problem of compareWithMonolith(result, monolith, expectation, tolerance)) find(problem);
      if (atOnce && comparableText(atOnce.result) !== comparableText(result)) find('differs from itself');
      const expected = JSON.stringify({ data: monolith.result.data });
      if (text !== undefined && faults.length === 0 && text !== expected)
        find('the text is spelled otherwise');
      // The complete executor hides what went wrong; it is a fault all the same.
      if (stepAside && /^the (code|compiler) failed/.test(stepAside)) find(stepAside);
      if (expectation !== 'agreement') for (const refusal of refusals) find(`a subgraph refused: ${refusal}`);
      runs.push(run);
    } catch (error) {
      if (error instanceof TributaryError && error.code === 'OPERATION_LIMIT_EXCEEDED')
        return { kind: 'void' };
      find(
        `threw ${error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error)}`,
      );
    }
  }
  const [first, ...others] = runs;
  for (const { engine, result, fetches } of others) {
    if (first === undefined) continue;
    const find = (problem: string) => findings.push({ engine, problem: `${problem} ${first.engine}` });
    if (comparableText(first.result) !== comparableText(result)) find('differs from');
    // Stepping aside must not ask again.
    if (fetches.length > first.fetches.length) find('fetches more often than');
  }
  return { kind: 'judged', expectation, monolith: monolith.result, runs, findings };
}

/** Every second case is asked with its literals as variables, as a gateway does that has seen the like often enough. */
function sharesItsPlan({ world }: Case): boolean {
  return Number.parseInt(hash('sha256', world.seed).slice(0, 2), 16) % 2 === 0;
}

function askedBy(found: WithoutLiterals | undefined, { operation: client }: Case) {
  const operation = found && getOperationAST(found.document, client.operationName);
  if (!operation) return undefined;
  const { document, literals } = found;
  return { document, operation, source: print(document), variables: { ...client.variables, ...literals } };
}

/** Types and values that no subgraph with the field has all together: see `createWorld`. */
function hasNoWorld({ errors = [] }: ExecutionResult): boolean {
  return errors.some(({ message }) => message.startsWith('No value of '));
}
