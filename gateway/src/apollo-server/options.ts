import type {
  Experimental_DidUpdateSupergraphCallback,
  GraphQLDataSource,
  ServiceEndpointDefinition,
  SupergraphManager,
  SupergraphSdlHook,
} from '@apollo/gateway';
import { z } from 'zod';
import { policySchema } from '../configuration/policy.ts';
import type { ApolloLogger } from './apollo-types.ts';

const enginePolicy = policySchema.pick({ traffic: true, headers: true, planning: true, execution: true });

export type BuildService = (definition: ServiceEndpointDefinition) => GraphQLDataSource;

/** ApolloGateway's options, as far as they have a meaning here, and `policy`, which is ours. */
export interface TributaryGatewayOptions {
  /** A supergraph's text; or what brings it and its updates: a function or a manager, as ApolloGateway takes them. */
  readonly supergraphSdl: string | SupergraphSdlHook | SupergraphManager;
  /** The way to a subgraph, called once for each name and URL. Without it the gateway's own client sends. */
  readonly buildService?: BuildService;
  /** Asks every subgraph for a sign of life before a supergraph is served. */
  readonly serviceHealthCheck?: boolean;
  readonly logger?: ApolloLogger;
  /** Without a logger of one's own: writes what is below a warning too. */
  readonly debug?: boolean;
  /** Memory for plans and what is compiled from them. */
  readonly experimental_approximateQueryPlanStoreMiB?: number;
  readonly experimental_didUpdateSupergraph?: Experimental_DidUpdateSupergraphCallback;
  /** Answers the header `apollo-query-plan-experimental` with the plan, which Apollo's Sandbox asks for. Off by default. */
  readonly __exposeQueryPlanExperimental?: boolean;
  /**
   * `traffic`, `headers`, `planning` and `execution` as in Tributary's policy file: deadlines, connections, headers of the
   * client that the gateway's own client sends on (a buildService's data sources do that themselves), limits of planning.
   */
  readonly policy?: EnginePolicyInput;
}

export type EnginePolicyInput = z.input<typeof enginePolicy>;
export type EnginePolicy = z.output<typeof enginePolicy>;

/** @throws Error that names the key and what is wrong with it. */
export function readPolicy({
  policy = {},
  experimental_approximateQueryPlanStoreMiB: storeMiB,
}: TributaryGatewayOptions): EnginePolicy {
  const planning = {
    ...(storeMiB !== undefined && { cacheBytes: Math.ceil(storeMiB * 2 ** 20) }),
    ...policy.planning,
  };
  const result = enginePolicy.safeParse({ ...policy, planning });
  if (!result.success)
    throw new Error(`The gateway's policy is not valid.\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** What ApolloGateway takes and this gateway does not, with the way that leads to the same. */
const REFUSED: Readonly<Record<string, string>> = {
  serviceList: useManager('new IntrospectAndCompose({ subgraphs })'),
  localServiceList: `${useManager('new LocalCompose({ localServiceList })')}, with buildService`,
  introspectionHeaders: useManager('new IntrospectAndCompose({ subgraphs, introspectionHeaders })'),
  pollIntervalInMs: useManager('new IntrospectAndCompose({ subgraphs, pollIntervalInMs })'),
  schemaConfigDeliveryEndpoint: useManager(
    'new UplinkSupergraphManager({ apiKey, graphRef, uplinkEndpoints })',
  ),
  uplinkEndpoints: useManager('new UplinkSupergraphManager({ apiKey, graphRef, uplinkEndpoints })'),
  uplinkMaxRetries: useManager('new UplinkSupergraphManager({ apiKey, graphRef, maxRetries })'),
  fallbackPollIntervalInMs: useManager(
    'new UplinkSupergraphManager({ apiKey, graphRef, fallbackPollIntervalInMs })',
  ),
  experimental_updateServiceDefinitions: 'give supergraphSdl a function that composes and calls update',
  experimental_updateSupergraphSdl: 'give supergraphSdl a function that calls update',
  experimental_didResolveQueryPlan: 'plans are shown by the header apollo-query-plan-experimental',
};

/** @throws Error for options without which the gateway would not do what its owner expects. */
export function assertSupported(options: object): asserts options is TributaryGatewayOptions {
  for (const [name, instead] of Object.entries(REFUSED)) {
    if (name in options) throw new Error(`TributaryGateway does not take the option ${name}: ${instead}`);
  }
  const { supergraphSdl } = options as Partial<TributaryGatewayOptions>;
  if (supergraphSdl === undefined) {
    throw new Error(
      'TributaryGateway needs supergraphSdl. It does not fetch from Apollo GraphOS by itself: ' +
        useManager('new UplinkSupergraphManager({ apiKey, graphRef })'),
    );
  }
  const isManager = typeof supergraphSdl === 'object' && typeof supergraphSdl?.initialize === 'function';
  if (typeof supergraphSdl !== 'string' && typeof supergraphSdl !== 'function' && !isManager) {
    throw new Error(
      'supergraphSdl must be the text of a supergraph, a function, or an object with initialize()',
    );
  }
}

/** Options that tune what this gateway does in another way. */
const IGNORED = [
  'queryPlannerConfig',
  'telemetry',
  'fetcher',
  'experimental_autoFragmentization',
  'validateSupergraph',
];

export function ignoredOptions(options: object): readonly string[] {
  return IGNORED.filter((name) => name in options);
}

// Private:

function useManager(manager: string): string {
  return `set supergraphSdl to ${manager} of @apollo/gateway`;
}
