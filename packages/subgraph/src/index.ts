/**
 * The frame of every subgraph.
 *
 * In: a schema, its resolvers, a context for each request, and a verifier of the gateway's identity assertions.
 * Out: a server for POST /graphql with traces, metrics, masked errors and an orderly end.
 */
export { isSupport, mayRead, requireUser } from './access.ts';
export {
  type BatchKey,
  type BatchLoader,
  type BatchLoaderOptions,
  createBatchLoader,
  type LoadBatch,
} from './batch-loader.ts';
export type { SubgraphDefinition, SubgraphRequest } from './definition.ts';
export type { SubgraphResolvers } from './schema.ts';
export { type ServedSchema, type Subgraph, type SubgraphOptions, startSubgraph } from './start-subgraph.ts';
export type { TimeBudget } from './time-budget.ts';
