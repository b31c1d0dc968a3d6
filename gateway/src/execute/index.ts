// In: one validated operation and its caller. Out: data, and a coded error for each place that stayed null.
export { createApolloEngine } from './apollo-engine.ts';
export type {
  CreateEngine,
  ExecutionEngine,
  ExecutionOutcome,
  ExecutionRequest,
  Explanation,
} from './engine.ts';
