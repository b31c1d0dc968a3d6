// In: a valid operation of a client. Out: Apollo's query plan for it, made in a thread of its own.
export { contextPlace } from './context-place.ts';
export { createPlanner, type PlannerOptions } from './create-planner.ts';
export type { Planner, PlanRequest, SubgraphFacts, SupergraphFacts } from './planner.ts';
export type * from './query-plan.ts';
export type { SourceNameOf } from './source-names.ts';
export { targetsOf } from './targets-of.ts';
export { withDocument } from './with-document.ts';
