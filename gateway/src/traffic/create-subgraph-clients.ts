import { TributaryError } from '@tributary/errors';
import type { IdentitySigner } from '@tributary/identity';
import { type Logger, metric, type Registry } from '@tributary/telemetry';
import type { FaultsPolicy, TrafficPolicy } from '../configuration/index.ts';
import { createTransport } from '../subgraph/create-transport.ts';
import { createHttpSender } from '../subgraph/http-sender.ts';
import type { CreateSubgraphClient } from '../subgraph/index.ts';
import { observed } from '../subgraph/observed.ts';
import { createRequestHeaders } from '../subgraph/request-headers.ts';
import type { Sender } from '../subgraph/sender.ts';
import type { SubgraphClient } from '../subgraph/subgraph-client.ts';
import { withBreaker } from './breaker.ts';
import { withConcurrencyLimit } from './concurrency-limit.ts';
import { withDeadline } from './deadline.ts';
import { withDeduplication } from './deduplicate.ts';
import { withFaults } from './fault-injection.ts';
import { withHedge } from './hedge.ts';
import { withRetry } from './retry.ts';
import { type SubgraphSettings, subgraphSettings } from './subgraph-settings.ts';
import type { SubgraphState, SubgraphStates } from './subgraph-states.ts';

export interface SubgraphClientsOptions {
  readonly traffic: TrafficPolicy;
  /** Undefined: no faults on purpose, whatever a policy says. */
  readonly faults?: FaultsPolicy | undefined;
  /** Around the policies, so that it also answers where they refuse. */
  readonly withCache?: ((client: SubgraphClient, url: string) => SubgraphClient) | undefined;
  /** Outlives the clients: what their successors start with. */
  readonly states: SubgraphStates;
  readonly signer: IdentitySigner | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** Makes the way to a subgraph as the policy says. */
export function createSubgraphClients(options: SubgraphClientsOptions): CreateSubgraphClient {
  const { traffic, states, signer, logger, registry } = options;
  const headers = createRequestHeaders(signer);

  return (name, routingUrl) => {
    const settings = subgraphSettings(traffic, name);
    const url = settings.url ?? routingUrl;
    if (url === undefined || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      logger.warn({ subgraph: name, url }, 'the subgraph has no usable routing URL: its fields will be null');
      return unreachable(name);
    }
    const held = states.hold(name, url, settings);
    const transport = createTransport({ ...settings, url });
    const http = createHttpSender({ name, transport, headers });
    const client = withPolicies(withChosenFaults(http, options), settings, held.state, registry);
    const visible = observed(options.withCache?.(client, url) ?? client, { url, logger, registry });
    return {
      name,
      send: (request) => visible.send(request),
      async [Symbol.asyncDispose]() {
        held[Symbol.dispose]();
        await visible[Symbol.asyncDispose]();
      },
    };
  };
}

/**
 * From the inside to the outside. The limit is next to what it limits: the sends. Retries and hedges of one fetch are sends of
 * their own, each with its turn; the breaker sees what became of the fetch as a whole; and those who ask for the same only
 * wait for it. docs/traffic.md says more.
 */
export function withPolicies(
  http: Sender,
  settings: SubgraphSettings,
  { circuits, turns, budget, latencies }: SubgraphState,
  registry: Registry,
): SubgraphClient {
  const { breaker, concurrency, retry, hedge, deduplicate, timeoutMs } = settings;
  const retries = metric(registry, 'subgraph_retries_total');
  let sender = http;
  if (turns) sender = withConcurrencyLimit(sender, turns, concurrency);
  if (hedge.enabled) sender = withHedge(sender, { latencies, budget, retries });
  if (retry.enabled) sender = withRetry(sender, { budget, settings: retry, retries });
  if (breaker.enabled) sender = withBreaker(sender, circuits, breaker);
  if (!deduplicate) return withDeadline(sender, timeoutMs);
  return withDeduplication(sender, {
    timeoutMs,
    deduplicated: metric(registry, 'subgraph_deduplicated_total'),
  });
}

function withChosenFaults(http: Sender, { faults, registry }: SubgraphClientsOptions): Sender {
  const rules = faults?.rules.filter(({ subgraph }) => subgraph === http.name) ?? [];
  if (faults === undefined || rules.length === 0) return http;
  return withFaults(http, {
    rules,
    seed: faults.seed,
    injected: metric(registry, 'subgraph_injected_faults_total'),
  });
}

function unreachable(name: string): SubgraphClient {
  return {
    name,
    send: () =>
      Promise.reject(new TributaryError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} has no routing URL`)),
    [Symbol.asyncDispose]: async () => {},
  };
}
