// In: one fetch of a query plan and who it is for. Out: what its reader makes of the subgraph's answer, or a coded failure.
import type { SubgraphClient } from './subgraph-client.ts';

export { asByteText, type BytesOrText, fromByteText, toByteText } from './byte-text.ts';
export { idleClock } from './idle-clock.ts';
export { judgeErrors } from './judge-errors.ts';
export { Lifetime, type LifetimeListener } from './lifetime.ts';
export { markOf } from './mark.ts';
export { type ExactNumber, isExactNumber, parseJson } from './parse-json.ts';
export { parseResponse } from './parse-response.ts';
export { REQUEST_TIMEOUT_HEADER } from './request-headers.ts';
export { type Degradation, RequestReport, type SlowestSubgraph } from './request-report.ts';
export type {
  Caller,
  EntitiesPart,
  EntitiesRequest,
  RawResponse,
  SubgraphClient,
  SubgraphReading,
  SubgraphRequest,
  SubgraphResponse,
} from './subgraph-client.ts';

/** Makes the client of a subgraph as the policy says. `url` is the supergraph's routing URL. */
export type CreateSubgraphClient = (name: string, url: string | undefined) => SubgraphClient;
