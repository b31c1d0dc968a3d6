import type { FetchNode } from '../../plan/index.ts';
import type { SubgraphResponse } from '../../subgraph/index.ts';

/**
 * Sends one request for a fetch of the plan. `path` is the plan's, `@` for each item of a list. The response becomes
 * the caller's: parts of it are changed and become parts of the answer. Rejects with a TributaryError when there is
 * none that is well-formed.
 */
export type FetchFromSubgraph = (
  fetch: FetchNode,
  variables: Record<string, unknown>,
  path: readonly string[],
) => Promise<SubgraphResponse>;
