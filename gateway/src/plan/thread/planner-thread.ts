import { parentPort, workerData } from 'node:worker_threads';
import { createPlannerCore, type PlannerCore } from '../core/planner-core.ts';
import { toPlanningError } from '../core/planning-error.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';

// The entry of a planner's thread. It ends when its owner terminates it.
const { supergraphSdl, tellLoaded } = workerData as ThreadData;
const say = (message: FromThread) => parentPort?.postMessage(message);

const core = load();
if (core !== undefined) {
  parentPort?.on('message', (request: ToThread) => say(answer(core, request)));
  say({ kind: 'ready', ...(tellLoaded && { loaded: core.loaded }) });
}

function load(): PlannerCore | undefined {
  try {
    return createPlannerCore(supergraphSdl);
  } catch (error) {
    say({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function answer(core: PlannerCore, request: ToThread): FromThread {
  try {
    return { kind: 'planned', plan: JSON.stringify(core.plan(request)) };
  } catch (error) {
    const { code, message, cause } = toPlanningError(error);
    return { kind: 'failed', code, message, cause: cause instanceof Error ? cause.stack : undefined };
  }
}
