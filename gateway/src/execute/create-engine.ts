import { currentSpan } from '@tributary/telemetry';
import { createPlanner, type Planner } from '../plan/index.ts';
import type { SubgraphClient } from '../subgraph/index.ts';
import type { CreateEngine, EngineOptions, ExecutionEngine } from './engine.ts';
import { Executor } from './executor.ts';
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
  const engine = stack.use(assembleEngine(planner, options));
  const owned = stack.move();
  return { ...engine, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

/** An engine on a planner that stays the caller's. */
export function assembleEngine(
  planner: Planner,
  { createSubgraphClient, planning, execution }: Omit<EngineOptions, 'logger'>,
): ExecutionEngine {
  const stack = new AsyncDisposableStack();
  const clients = new Map<string, SubgraphClient>();
  for (const { name, url } of planner.facts.subgraphs) {
    clients.set(name, stack.use(createSubgraphClient(name, url)));
  }
  const executor = new Executor(planner, { mode: execution.mode, cacheBytes: planning.cacheBytes });
  const drawLabels = createLabelDraw(planner.facts.overrideLabels, planning.overrideLabels);
  return {
    schema: planner.schema,
    execute: (request) => executor.execute(request, clients, drawLabels(), noteOnCurrentSpan()),
    explain: async (request) => {
      const prepared = await executor.prepared.get(request, drawLabels());
      return explain(prepared.plan, executor.compiledFor(prepared, request.variables));
    },
    prepare: (request) => executor.prepare(request, drawLabels()),
    mostUsed: (count) =>
      executor.prepared.mostUsed(count).map(({ request }) => ({
        source: request.source,
        operationName: request.operation.name?.value,
      })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/**
 * Notes on the span of the request why the compiled code did not answer. The span is looked up now: where an answer is
 * read, the context is that of its connection.
 */
function noteOnCurrentSpan(): ((why: string) => void) | undefined {
  const span = currentSpan();
  if (!span?.isRecording()) return undefined;
  return (why) => span.setAttribute('tributary.complete_executor', why);
}
