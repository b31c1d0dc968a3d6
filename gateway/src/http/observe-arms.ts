import { signatureOf } from '@tributary/operation-usage';
import { currentTraceId, metric, type Registry, withLogFields } from '@tributary/telemetry';
import type { GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import { type ArmLedger, coordinateOf, type Failure, type OperationKey } from '../canary/index.ts';
import {
  assertRunnable,
  assertVariables,
  type PreparedDocument,
  resolveOperation,
} from '../operation/index.ts';
import type { Generation } from '../supergraph/index.ts';
import type { ArmTurn } from './arm-turn.ts';
import type { Parameters } from './parameters.ts';
import {
  errorsOf,
  type OperationContext,
  type OperationOutcome,
  type RunOperation,
} from './run-operation.ts';

export interface ObserveArmsOptions {
  readonly runOperation: RunOperation;
  /** Undefined where nobody asks for counts. */
  readonly ledger: ArmLedger | undefined;
  readonly registry: Registry;
}

/** Runs operations of a request that has a turn, so that logs, metrics and counts know of which arm they are. */
export type RunInTurn = (turn: ArmTurn) => RunOperation;

/** Failures of one request that are looked at: a list of a thousand items may fail in each. */
const MOST_ERRORS = 20;
/** As a registry takes them; names of schemas may be longer. */
const MAX_LENGTH = 100;
const MAX_COORDINATE_LENGTH = 300;

/** Costs nothing while there is no canary: nobody asks it then. */
export function createArmObserver({ runOperation, ledger, registry }: ObserveArmsOptions): RunInTurn {
  const operations = metric(registry, 'gateway_arm_operations_total');
  const durations = metric(registry, 'gateway_arm_operation_duration_seconds');

  return (turn) => async (parameters, context) => {
    const { arm, generation, split } = turn;
    const startedAt = performance.now();
    const fields = { arm, supergraph: generation.digest };
    const outcome = await withLogFields(fields, () => runOperation(parameters, context));
    const durationMs = performance.now() - startedAt;
    const failed = errorsOf(outcome.response).length > 0;
    operations.inc({ arm, outcome: failed ? 'failed' : 'ok' });
    durations.observe({ arm }, durationMs / 1_000);
    if (ledger === undefined || !turn.isCounted || hasLeft(context)) return outcome;
    const counted = judge(turn, parameters, context, outcome);
    const { report } = outcome;
    if (counted) ledger.record(split, { arm, ...counted, durationMs, traceId: currentTraceId(), report });
    return outcome;
  };
}

// Private:

/** Nobody waited for the answer any more: neither its time nor its errors say anything of the release. */
function hasLeft({ lifetime }: OperationContext): boolean {
  return lifetime.hasEnded && (lifetime.reason as Error | undefined)?.name !== 'TimeoutError';
}

interface Judged {
  readonly operation: OperationKey;
  readonly failures: readonly Failure[];
}

/**
 * Undefined for what neither arm would have run: a client's fault, and one client that keeps sending it would make its arm
 * look bad. What only this arm refuses is the release's fault.
 */
function judge(
  { generation, other }: ArmTurn,
  parameters: Parameters,
  { method }: OperationContext,
  { response, operation }: OperationOutcome,
): Judged | undefined {
  const errors = errorsOf(response);
  const wasRefused = response.kind === 'result' && response.result.data === undefined;
  const here = prepare(generation, parameters, method);
  if (here !== undefined && operation !== undefined) {
    const failures = errors
      .slice(0, MOST_ERRORS)
      .map((error) => toFailure(error, generation, here.document, operation));
    return { operation: keyOf(here.document, operation), failures };
  }
  const there = wasRefused ? prepare(other, parameters, method) : undefined;
  if (there === undefined) return undefined;
  const failures = errors.slice(0, MOST_ERRORS).map(toRefusal);
  return { operation: keyOf(there.document, there.operation), failures };
}

interface Prepared {
  readonly document: PreparedDocument['document'];
  readonly operation: OperationDefinitionNode;
}

/** All that comes before execution. What it has done before for this request it remembers. */
function prepare(
  { documents, engine }: Generation,
  { query, operationName, variables }: Parameters,
  method: string,
): Prepared | undefined {
  if (query === undefined) return undefined;
  try {
    const { document, operations } = documents.prepare(query);
    const { operation, acceptsVariables } = resolveOperation(operations, operationName);
    assertRunnable(operation, method);
    if (!acceptsVariables(variables)) assertVariables(engine.schema, operation, variables);
    return { document, operation };
  } catch {
    return undefined;
  }
}

const keys = new WeakMap<OperationDefinitionNode, OperationKey>();

function keyOf(document: PreparedDocument['document'], operation: OperationDefinitionNode): OperationKey {
  let key = keys.get(operation);
  if (key === undefined) {
    const { hash, name } = signatureOf(document, operation);
    key = { hash, name };
    keys.set(operation, key);
  }
  return key;
}

function toFailure(
  { path, extensions }: GraphQLFormattedError,
  { engine }: Generation,
  document: PreparedDocument['document'],
  operation: OperationDefinitionNode,
): Failure {
  const coordinate = path && coordinateOf({ schema: engine.schema, document }, operation, path);
  const subgraph = extensions?.subgraph;
  return {
    coordinate: coordinate?.slice(0, MAX_COORDINATE_LENGTH) ?? null,
    subgraph: typeof subgraph === 'string' ? subgraph.slice(0, MAX_LENGTH) : null,
    code: codeOf(extensions),
  };
}

/** As graphql-js says it when a field is not there. */
const NO_FIELD = /^Cannot query field "(\w+)" on type "(\w+)"/;

function toRefusal({ message, extensions }: GraphQLFormattedError): Failure {
  const [, field, type] = NO_FIELD.exec(message) ?? [];
  return {
    coordinate: field ? `${type}.${field}`.slice(0, MAX_COORDINATE_LENGTH) : null,
    subgraph: null,
    code: codeOf(extensions),
  };
}

function codeOf(extensions: GraphQLFormattedError['extensions']): string {
  const code = extensions?.code;
  // Subgraphs choose it: no character that a database refuses.
  return typeof code === 'string' ? code.slice(0, MAX_LENGTH).replace(/[^\x20-\x7e]/g, '?') : 'UNKNOWN';
}
