import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { failSpan, type Logger, tracer } from '@tributary/telemetry';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { SubgraphClient } from '../subgraph/index.ts';
import { type FetchContext, toApolloDataSource } from './apollo-data-source.ts';
import type { CreateEngine, ExecutionRequest } from './engine.ts';

interface EngineContext extends FetchContext {
  readonly endPlanSpan: () => void;
}

type Executor = Awaited<ReturnType<ApolloGateway['load']>>['executor'];

/** Planning and execution by @apollo/gateway, one instance for each supergraph, through its public life-cycle. */
export const createApolloEngine: CreateEngine = async (supergraphSdl, { createSubgraphClient, logger }) => {
  forbidHostTelemetry();
  await using clients = new AsyncDisposableStack();
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url }): GraphQLDataSource =>
      toApolloDataSource(clients.use<SubgraphClient>(createSubgraphClient(name, url))),
    experimental_didResolveQueryPlan: ({ requestContext }) =>
      (requestContext.context as EngineContext).endPlanSpan(),
    // Said here because ApolloGateway would ask NODE_ENV.
    validateSupergraph: true,
    __exposeQueryPlanExperimental: false,
    logger: quiet(logger),
  });
  const { schema, executor } = await gateway.load();
  clients.defer(() => gateway.stop());
  const owned = clients.move();

  return {
    schema,
    execute: async (request) => ({ kind: 'result', result: await execute(executor, schema, request) }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

async function execute(
  executor: Executor,
  schema: unknown,
  request: ExecutionRequest,
): Promise<ExecutionResult> {
  const planSpan = tracer().startSpan('graphql.plan');
  let planned = false;
  // Called as soon as the plan is there; an operation that never gets one ends the span with its error.
  const endPlanSpan = () => {
    if (!planned) planSpan.end();
    planned = true;
  };
  try {
    const context: EngineContext = { request, endPlanSpan };
    const operationName = request.operation.name?.value;
    const result = await executor({
      request: { query: request.source, operationName, variables: request.variables },
      schema,
      source: request.source,
      document: request.document,
      queryHash: request.documentHash,
      operation: request.operation,
      operationName: operationName ?? null,
      context,
      metrics: {},
      // The rest of the type belongs to Apollo Server's plugins; the executor never reads it.
    } as unknown as Parameters<Executor>[0]);
    return withCompletionErrors(result);
  } catch (error) {
    if (!planned) failSpan(planSpan, error);
    throw error;
  } finally {
    endPlanSpan();
  }
}

/**
 * A null where the schema allows none is an error to the specification (6.4.4); ApolloGateway nulls the parent and
 * puts the errors into an extension that no client reads.
 */
function withCompletionErrors({ data, errors = [], extensions }: ExecutionResult): ExecutionResult {
  const completion = (extensions?.valueCompletion ?? []) as readonly GraphQLError[];
  const all = [
    ...errors,
    ...completion.map(
      ({ message, path }) =>
        new GraphQLError(message, {
          path: path ?? null,
          extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' },
        }),
    ),
  ];
  return { ...(data !== undefined && { data }), ...(all.length > 0 && { errors: all }) };
}

/** It would send data about this host to its vendor every hour; the switch is read when it is constructed. */
function forbidHostTelemetry(): void {
  // biome-ignore lint/style/noProcessEnv: the library has no option for it
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
}

/** Its information is ours to log, in our words; its warnings and errors are news. */
function quiet(logger: Logger) {
  const at = (level: 'debug' | 'warn' | 'error') => (message?: unknown) =>
    logger[level]({ message }, 'planner');
  return { debug: at('debug'), info: at('debug'), warn: at('warn'), error: at('error') };
}
