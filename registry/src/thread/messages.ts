import type { ApiChange } from '../schema/api-changes.ts';
import type { Composition } from '../schema/compose.ts';
import type { Member } from '../schema/member.ts';
import type { PlanChanges, PlannedOperation } from '../schema/plan-changes.ts';
import type { ReadSdl } from '../schema/read-sdl.ts';
import type { OperationProblem } from '../schema/review-operations.ts';
import type { SubgraphReview, SubgraphReviewRequest } from '../schema/review-subgraph.ts';

/** Everything that reads schemas, and may therefore take long or much: it runs in a thread. Name to input and output. */
export interface Tasks {
  readonly read: Task<{ readonly subgraph: string; readonly sdl: string }, ReadSdl>;
  readonly compose: Task<{ readonly members: readonly Member[] }, Composition>;
  readonly apiChanges: Task<{ readonly before: string; readonly after: string }, readonly ApiChange[]>;
  readonly reviewSubgraph: Task<SubgraphReviewRequest, SubgraphReview>;
  readonly reviewOperations: Task<
    { readonly apiSdl: string | undefined; readonly operations: readonly PlannedOperation[] },
    readonly OperationProblem[]
  >;
  readonly operationCoordinates: Task<
    {
      readonly apiSdl: string;
      readonly operations: readonly PlannedOperation[];
      readonly wanted: readonly string[];
    },
    ReadonlyMap<string, readonly string[]>
  >;
  readonly planChanges: Task<
    {
      readonly before: string;
      readonly after: string;
      readonly operations: readonly PlannedOperation[];
      readonly budgetMs: number;
    },
    PlanChanges
  >;
}

interface Task<Input, Output> {
  readonly input: Input;
  readonly output: Output;
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
