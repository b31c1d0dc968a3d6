import type { IncomingHttpHeaders } from 'node:http';
import { isErrorCode, TributaryError } from '@tributary/errors';
import { currentTraceId, type Logger, metric, onScrape, type Registry } from '@tributary/telemetry';
import type { FormattedExecutionResult, GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import type { ExecutionOutcome, ExecutionRequest } from '../execute/index.ts';
import { assertRunnable, assertVariables, resolveOperation, toExecuted } from '../operation/index.ts';
import {
  type ClientErrorOptions,
  toClientPath,
  toDegraded,
  toExecutionErrors,
  toRequestErrors,
} from '../respond/index.ts';
import { type BytesOrText, type Caller, type Lifetime, RequestReport } from '../subgraph/index.ts';
import type { Generation } from '../supergraph/index.ts';
import type { Usage } from '../usage/index.ts';
import { type Explained, explanationExtensions } from './explanation.ts';
import { withExtensions } from './extensions.ts';
import type { Parameters } from './parameters.ts';

export interface OperationContext {
  readonly generation: Generation;
  readonly caller: Caller;
  readonly lifetime: Lifetime;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly explained: Explained | undefined;
}

export interface OperationOutcome {
  readonly response: OperationResponse;
  /** Known once the document is valid. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly report: RequestReport;
}

/** As ExecutionOutcome, with errors as the client may see them. */
export type OperationResponse =
  | { readonly kind: 'text'; readonly text: BytesOrText; readonly errors?: readonly GraphQLFormattedError[] }
  | { readonly kind: 'result'; readonly result: FormattedExecutionResult };

export type RunOperation = (parameters: Parameters, context: OperationContext) => Promise<OperationOutcome>;

/** One operation through the stages: document, operation, variables, execution, and what the client sees of it. */
export function createRunOperation(options: {
  readonly logger: Logger;
  readonly registry: Registry;
  /** Counts what clients use; undefined where nobody wants to know. */
  readonly usage?: Usage | undefined;
}): RunOperation {
  const { logger, registry, usage } = options;
  const durations = metric(registry, 'graphql_operation_duration_seconds');
  const errorCounts = metric(registry, 'graphql_errors_total');
  const executions = countExecutions(registry);

  return async (parameters, { generation, caller, lifetime, method, headers, explained }) => {
    const startedAt = performance.now();
    const errorOptions = (): ClientErrorOptions => ({
      traceId: currentTraceId(),
      security: generation.policy.security,
      onMasked: (error, facts) => logger.error({ err: error, ...facts }, 'masked an error'),
    });
    const report = new RequestReport();
    let known: OperationDefinitionNode | undefined;
    let response: OperationResponse;
    try {
      if (parameters.query === undefined) {
        // The text is what clients look for: https://www.apollographql.com/docs/apollo-server/performance/apq
        throw new TributaryError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
      }
      const { variables } = parameters;
      const { source, document, hash, operations, shared } = generation.documents.prepare(parameters.query);
      const { operation, acceptsVariables } = resolveOperation(operations, parameters.operationName);
      known = operation;
      assertRunnable(operation, method);
      if (!acceptsVariables(variables)) assertVariables(generation.engine.schema, operation, variables);
      usage?.clientOf(headers).count(generation.engine.schema, document, operation, variables);
      const own = { source, document, documentHash: hash, operation, variables, caller, lifetime, report };
      const request = toExecuted<ExecutionRequest>(own, shared);
      const { engine } = generation;
      const outcome = await engine.execute(request);
      executions[executorOf(outcome)]++;
      response = toClientResponse(outcome, errorOptions);
      const explanation = explained && (await engine.explain?.(request));
      const degraded = generation.policy.responses.degraded ? degradedOf(response, request) : undefined;
      if (explanation || degraded) {
        response = withExtensions(response, {
          ...(explanation && explanationExtensions(explanation, explained)),
          ...(degraded && { degraded }),
        });
      }
    } catch (error) {
      response = { kind: 'result', result: { errors: toRequestErrors(error, errorOptions()) } };
    }
    const [unusable, ...more] = errorsOf(response).filter(isUnusableAnswer);
    if (unusable !== undefined) {
      const { message: reason, path, extensions } = unusable;
      const facts = {
        subgraph: extensions?.subgraph,
        path: path?.join('.'),
        reason,
        places: 1 + more.length,
      };
      logger.warn(facts, 'a subgraph answered what cannot be used');
    }
    for (const { extensions } of errorsOf(response)) {
      // A subgraph may invent codes; a label must not follow them.
      errorCounts.inc({ code: isErrorCode(extensions?.code) ? extensions.code : 'OTHER' });
    }
    durations.observe(
      { operation_type: known?.operation ?? 'unknown', outcome: outcomeOf(response) },
      (performance.now() - startedAt) / 1000,
    );
    return { response, operation: known, report };
  };
}

export function errorsOf(response: OperationResponse): readonly GraphQLFormattedError[] {
  return (response.kind === 'text' ? response.errors : response.result.errors) ?? [];
}

function toClientResponse(outcome: ExecutionOutcome, options: () => ClientErrorOptions): OperationResponse {
  if (outcome.kind === 'text') {
    const { text, errors } = outcome;
    return errors === undefined
      ? { kind: 'text', text }
      : { kind: 'text', text, errors: toExecutionErrors(errors, options()) };
  }
  const { data, errors = [] } = outcome.result;
  const result = {
    ...(errors.length > 0 && { errors: toExecutionErrors(errors, options()) }),
    ...(data !== undefined && { data }),
  };
  return { kind: 'result', result };
}

/** Often found only where the answers are put together: the fetch itself has nothing to tell of it. */
function isUnusableAnswer({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.code === 'SUBGRAPH_MALFORMED_RESPONSE';
}

/** What of the answer is missing or old for a subgraph's fault. Undefined in all but a few requests. */
function degradedOf(response: OperationResponse, { report, document, operation }: ExecutionRequest) {
  const { degraded } = report;
  if (response.kind === 'result' && response.result.data === undefined) return undefined;
  if (degraded.length === 0) return toDegraded(errorsOf(response), degraded);
  const reported = degraded.map((each) => ({ ...each, path: toClientPath(each.path, document, operation) }));
  return toDegraded(errorsOf(response), reported);
}

function executorOf(outcome: ExecutionOutcome): Executor {
  if (outcome.kind === 'result') return 'complete';
  return outcome.isKept ? 'kept' : 'compiled';
}

type Executor = 'compiled' | 'complete' | 'kept';

function outcomeOf(response: OperationResponse): string {
  if (errorsOf(response).length === 0) return 'ok';
  return response.kind === 'result' && response.result.data == null ? 'failed' : 'partial';
}

/** How many each executor has answered. prom-client's own `inc` is felt where there is one with every request. */
function countExecutions(registry: Registry): Record<Executor, number> {
  const counts = { compiled: 0, complete: 0, kept: 0 };
  const counter = metric(registry, 'gateway_executions_total');
  onScrape(counter, () => {
    counter.reset();
    for (const [executor, count] of Object.entries(counts)) if (count > 0) counter.inc({ executor }, count);
  });
  return counts;
}
