import { parentPort } from 'node:worker_threads';
import { apiChanges } from '../schema/api-changes.ts';
import { compose } from '../schema/compose.ts';
import { operationCoordinates } from '../schema/operation-coordinates.ts';
import { planChanges } from '../schema/plan-changes.ts';
import { readSdl } from '../schema/read-sdl.ts';
import { reviewOperations } from '../schema/review-operations.ts';
import { reviewSubgraph } from '../schema/review-subgraph.ts';
import type { FromThread, TaskInput, TaskName, TaskOutput, ToThread } from './messages.ts';

// The entry of a thread that reads schemas. It ends when its owner terminates it.
const say = (message: FromThread) => parentPort?.postMessage(message);

const TASKS: {
  readonly [N in TaskName]: (input: TaskInput<N>) => TaskOutput<N> | Promise<TaskOutput<N>>;
} = {
  read: ({ subgraph, sdl }) => readSdl(subgraph, sdl),
  compose: ({ members }) => compose(members),
  apiChanges: ({ before, after }) => apiChanges(before, after),
  reviewSubgraph,
  reviewOperations: ({ apiSdl, operations }) => reviewOperations(apiSdl, operations),
  operationCoordinates: ({ apiSdl, operations, wanted }) => operationCoordinates(apiSdl, operations, wanted),
  planChanges: ({ before, after, operations, budgetMs }) => planChanges(before, after, operations, budgetMs),
};

parentPort?.on('message', (task: ToThread) => void perform(task).then(say));
say({ kind: 'ready' });

async function perform({ name, input }: ToThread): Promise<FromThread> {
  try {
    // The sender's types pair each name with its input.
    return { kind: 'done', output: await TASKS[name](input as never) };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    return { kind: 'failed', message, stack };
  }
}
