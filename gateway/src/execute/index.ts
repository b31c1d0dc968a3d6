// In: one validated operation and its caller. Out: data, and a coded error for each place that stayed null.
export { assembleEngine, createEngine } from './create-engine.ts';
export type {
  CreateEngine,
  EngineOptions,
  ExecutionEngine,
  ExecutionError,
  ExecutionOutcome,
  ExecutionRequest,
  Explanation,
  UsedOperation,
} from './engine.ts';
export { Executor, type ExecutorOptions } from './executor.ts';
