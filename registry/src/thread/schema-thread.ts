import { parentPort } from 'node:worker_threads';
import { compose } from '../schema/compose.ts';
import { readSdl } from '../schema/read-sdl.ts';
import type { FromThread, TaskInput, TaskName, TaskOutput, ToThread } from './messages.ts';

// The entry of a thread that reads schemas. It ends when its owner terminates it.
const say = (message: FromThread) => parentPort?.postMessage(message);

const TASKS: { readonly [N in TaskName]: (input: TaskInput<N>) => TaskOutput<N> } = {
  read: ({ subgraph, sdl }) => readSdl(subgraph, sdl),
  compose: ({ members }) => compose(members),
};

parentPort?.on('message', (task: ToThread) => say(perform(task)));
say({ kind: 'ready' });

function perform({ name, input }: ToThread): FromThread {
  try {
    // The sender's types pair each name with its input.
    return { kind: 'done', output: TASKS[name](input as never) };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    return { kind: 'failed', message, stack };
  }
}
