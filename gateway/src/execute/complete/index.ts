// In: a plan and a way to fetch. Out: the client's answer, whatever the subgraphs say. All of Federation, on trees of objects.
export { type CompleteExecution, executeCompletely } from './execute-completely.ts';
export type { FetchFromSubgraph } from './fetch-from-subgraph.ts';
export { createLiveFetch, type LiveFetchOptions } from './live-fetch.ts';
export { extensionsOf, MAX_PLACES, toErrorOfAnswer, toldOf } from './located-error.ts';
