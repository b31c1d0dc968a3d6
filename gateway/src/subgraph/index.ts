// In: one fetch of a query plan and who it is for. Out: what its reader makes of the subgraph's answer, or a coded failure.
import { TributaryError } from '@tributary/errors';
import type { IdentitySigner } from '@tributary/identity';
import type { Logger, Registry } from '@tributary/telemetry';
import type { Policy } from '../configuration/index.ts';
import { createTransport } from './create-transport.ts';
import { withDeadline } from './deadline.ts';
import { createHttpClient } from './http-client.ts';
import { observed } from './observed.ts';
import { createRequestHeaders } from './request-headers.ts';
import type { SubgraphClient } from './subgraph-client.ts';

export { fromByteText, toByteText } from './byte-text.ts';
export { Lifetime, type LifetimeListener } from './lifetime.ts';
export { type ExactNumber, isExactNumber, parseJson } from './parse-json.ts';
export { parseResponse } from './parse-response.ts';
export { REQUEST_TIMEOUT_HEADER } from './request-headers.ts';
export { type Degradation, RequestReport } from './request-report.ts';
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

export interface SubgraphClientsOptions {
  readonly traffic: Policy['traffic'];
  readonly signer: IdentitySigner | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** Makes the client of a subgraph as the policy says. `url` is the supergraph's routing URL. */
export type CreateSubgraphClient = (name: string, url: string | undefined) => SubgraphClient;

export function createSubgraphClients(options: SubgraphClientsOptions): CreateSubgraphClient {
  const { signer, logger, registry } = options;
  const { subgraphs, requestTimeoutMs: _, maxRequestTimeoutMs: __, ...defaults } = options.traffic;
  const headers = createRequestHeaders(signer);

  return (name, routingUrl) => {
    const { url = routingUrl, ...own } = Object.hasOwn(subgraphs, name) ? (subgraphs[name] ?? {}) : {};
    if (url === undefined || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      logger.warn({ subgraph: name, url }, 'the subgraph has no usable routing URL: its fields will be null');
      return unreachable(name);
    }
    const { timeoutMs, ...knobs } = { ...defaults, ...withoutUndefined(own) };
    const transport = createTransport({ url, ...knobs });
    const http = createHttpClient({ name, transport, headers });
    return observed(withDeadline(http, timeoutMs), { url, logger, registry });
  };
}

function unreachable(name: string): SubgraphClient {
  return {
    name,
    send: () =>
      Promise.reject(new TributaryError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} has no routing URL`)),
    [Symbol.asyncDispose]: async () => {},
  };
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // Filtering undefined values is what the result type says; Object.entries loses the key types.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}
