import { GraphQLError, getOperationAST, type OperationDefinitionNode, validate } from 'graphql';
import type { ExecutionRequest } from '../execute/index.ts';
import { toExecuted } from '../operation/index.ts';
import { fromByteText, Lifetime, RequestReport } from '../subgraph/index.ts';
import { parseExact } from '../subgraph/parse-json.ts';
import { toCaller } from './apollo-caller.ts';
import { toApolloError, toThrownError, unresolvedOperation } from './apollo-errors.ts';
import type { GatewayExecutionResult, GatewayExecutor, GatewayRequestContext } from './apollo-types.ts';
import type { ServedSupergraph, ServedSupergraphs } from './served-supergraphs.ts';

export interface ExecutorOptions {
  readonly served: ServedSupergraphs;
  /** Time that all fetches of one request may take together. */
  readonly requestTimeoutMs: number;
  readonly exposesPlans: boolean;
  /** Names, in lower case, of headers of the client that every subgraph receives. */
  readonly forwardedHeaders: readonly string[];
}

/** Executes what Apollo Server has parsed and validated; it also writes the answer, once its plugins have seen it. */
export function createExecutor({
  served,
  requestTimeoutMs,
  exposesPlans,
  forwardedHeaders,
}: ExecutorOptions): GatewayExecutor {
  return async (context) => {
    const operation = operationOf(context);
    if (operation == null) return { errors: [unresolvedOperation(context.request.operationName)] };
    using lease = served.acquire(context.schema);
    if (lease === undefined) throw new Error('The gateway has no supergraph: it is not loaded, or stopped');
    const { supergraph } = lease;

    using lifetime = new Lifetime(requestTimeoutMs);
    try {
      const refused = refusals(supergraph, operation, context);
      if (refused.length > 0) return { errors: refused };
      const asItStands = toExecutionRequest(operation, context, forwardedHeaders, lifetime);
      const shared = supergraph.checks.sharedOf(context.document);
      const request = toExecuted(asItStands, shared);
      const result = await execute(supergraph, request);
      if (exposesPlans) await addPlan(result, supergraph, context, request);
      return result;
    } catch (error) {
      throw toThrownError(error);
    }
  };
}

// Private:

function operationOf({ operation, document, request }: GatewayRequestContext) {
  // Unset where the name fits no operation, whatever the type says, and by those who call the executor themselves.
  const resolved = operation as OperationDefinitionNode | undefined;
  return resolved ?? getOperationAST(document, request.operationName);
}

function refusals(
  supergraph: ServedSupergraph,
  operation: OperationDefinitionNode,
  { document, schema, request }: GatewayRequestContext,
): readonly GraphQLError[] {
  if (operation.operation === 'subscription') {
    return [new GraphQLError('Execution of subscriptions not supported by gateway')];
  }
  // The supergraph that it was validated against has ended while a plugin waited.
  if (schema !== supergraph.engine.schema) {
    const errors = validate(supergraph.engine.schema, document);
    if (errors.length > 0) return errors.map(toValidationError);
  }
  return supergraph.checks.variableErrors(operation, request.variables ?? {});
}

function toValidationError({ message, nodes }: GraphQLError): GraphQLError {
  const extensions = { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } };
  return new GraphQLError(message, { nodes: nodes ?? null, extensions });
}

function toExecutionRequest(
  operation: OperationDefinitionNode,
  context: GatewayRequestContext,
  forwardedHeaders: readonly string[],
  lifetime: Lifetime,
): ExecutionRequest {
  const { source, document, queryHash, request } = context;
  return {
    source,
    document,
    documentHash: queryHash,
    operation,
    variables: request.variables ?? {},
    caller: toCaller(context, forwardedHeaders),
    lifetime,
    report: new RequestReport(),
  };
}

async function execute(
  { engine, checks }: ServedSupergraph,
  request: ExecutionRequest,
): Promise<GatewayExecutionResult> {
  const outcome = await engine.execute(request);
  if (outcome.kind === 'result') {
    const { data, errors = [] } = outcome.result;
    return {
      ...(errors.length > 0 && { errors: errors.map(toApolloError) }),
      ...(data !== undefined && { data }),
    };
  }
  // Apollo Server gives the data to its plugins and serialises it itself.
  const text = fromByteText(outcome.text);
  const parse = checks.mayHoldExactNumbers(request.document) ? parseExact : JSON.parse;
  const { data } = parse(text) as Required<Pick<GatewayExecutionResult, 'data'>>;
  const { errors } = outcome;
  return { ...(errors && { errors: errors.map(toApolloError) }), data };
}

/** For Apollo's Sandbox and Explorer, which ask for the plan by a header. */
async function addPlan(
  result: GatewayExecutionResult,
  { engine }: ServedSupergraph,
  { request: { http } }: GatewayRequestContext,
  request: ExecutionRequest,
): Promise<void> {
  if (!http?.headers.get('apollo-query-plan-experimental')) return;
  const explanation = await engine.explain?.(request);
  result.extensions = { ...result.extensions, __queryPlanExperimental: explanation?.plan ?? true };
}
