import type { Composition } from '../schema/compose.ts';
import type { Member } from '../schema/member.ts';
import type { ReadSdl } from '../schema/read-sdl.ts';

/** Everything that reads schemas, and may therefore take long or much: it runs in a thread. Name to input and output. */
export interface Tasks {
  readonly read: {
    readonly input: { readonly subgraph: string; readonly sdl: string };
    readonly output: ReadSdl;
  };
  readonly compose: { readonly input: { readonly members: readonly Member[] }; readonly output: Composition };
}

export type TaskName = keyof Tasks;
export type TaskInput<N extends TaskName> = Tasks[N]['input'];
export type TaskOutput<N extends TaskName> = Tasks[N]['output'];

/** To a thread: one at a time, so that a thread that dies or hangs names its culprit. */
export interface ToThread {
  readonly name: TaskName;
  readonly input: Tasks[TaskName]['input'];
}

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly output: Tasks[TaskName]['output'] }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string | undefined };
