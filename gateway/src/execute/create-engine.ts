import type { PlanningPolicy } from '../configuration/index.ts';
import { createPlanner, type Planner } from '../plan/index.ts';
import type { SubgraphClient } from '../subgraph/index.ts';
import type { CreateEngine, EngineOptions, ExecutionEngine } from './engine.ts';
import { Executor, type ExecutorOptions } from './executor.ts';
import { explain } from './explain.ts';
import { createLabelDraw } from './override-labels.ts';

/** The engine as the gateway runs it: plans in a thread of their own, compiled execution. */
export const createEngine: CreateEngine = async (supergraphSdl, options) => {
  const { logger, planning } = options;
  await using stack = new AsyncDisposableStack();
  const planner = stack.use(
    await createPlanner(supergraphSdl, {
      logger,
      planTimeoutMs: planning.timeoutMs,
      maxHeapMb: planning.maxHeapMb,
      maxWaiting: planning.maxWaiting,
    }),
  );
  const engine = stack.use(assembleEngine(planner, options, 'compiled'));
  const owned = stack.move();
  return { ...engine, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

/** An engine on a planner that stays the caller's. */
export function assembleEngine(
  planner: Planner,
  {
    createSubgraphClient,
    planning,
  }: Pick<EngineOptions, 'createSubgraphClient'> & { planning: PlanningPolicy },
  mode: ExecutorOptions['mode'],
): ExecutionEngine {
  const stack = new AsyncDisposableStack();
  const clients = new Map<string, SubgraphClient>();
  for (const { name, url } of planner.facts.subgraphs) {
    clients.set(name, stack.use(createSubgraphClient(name, url)));
  }
  const executor = new Executor(planner, { mode, cacheBytes: planning.cacheBytes });
  const drawLabels = createLabelDraw(planner.facts.overrideLabels, planning.overrideLabels);
  return {
    schema: planner.schema,
    execute: (request) => executor.execute(request, clients, drawLabels()),
    explain: async (request) =>
      explain(await executor.prepared.get(request, drawLabels()), request.variables),
    prepare: async (request) => {
      const prepared = await executor.prepared.get(request, drawLabels());
      prepared.compileAhead();
    },
    mostUsed: (count) =>
      executor.prepared.mostUsed(count).map(({ request }) => ({
        source: request.source,
        operationName: request.operation.name?.value,
      })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
