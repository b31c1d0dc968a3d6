import { fileURLToPath } from 'node:url';
import type { PolicyName } from './policies.ts';

/** What a gateway is started with. All are files, but for the collector. */
export interface GatewayInputs {
  readonly supergraph: string;
  /** The same as a list of `{ name, url, schema }` in the words of federation 1. */
  readonly services: string;
  /** Of gateways/floor.ts. Unset until the floor's fetches are recorded. */
  readonly floor: string | undefined;
  /** Tributary's policies. */
  readonly policies: Readonly<Record<PolicyName, string>>;
  readonly collectorUrl: string;
}

export interface GatewayKind {
  readonly name: string;
  readonly label: string;
  /** Of bench/gateways' own packages, which the benchmark installs. */
  readonly isPeer: boolean;
  readonly file: string;
  /** The Node that runs it; undefined is the one of this repository. */
  readonly node?: string;
  /** Before all others. */
  readonly nodeArguments?: readonly string[];
  env(inputs: GatewayInputs): Readonly<Record<string, string>>;
}

/** In the order of the report. Those of one name are one gateway in different settings. */
export const gatewayKinds: readonly GatewayKind[] = [
  peer('stock', 'stock @apollo/gateway', 'stock.mjs'),
  // What most figures that others publish were taken on, and where stock costs much more.
  {
    ...peer('stock-node-20', 'stock @apollo/gateway on Node 20', 'stock.mjs'),
    node: pathOf('../gateways/node_modules/node-20/bin/node'),
  },
  peer('stock-undici', 'stock with undici as its HTTP client', 'stock.mjs', { CLIENT: 'undici' }),
  peer('hive', '@graphql-hive/gateway', 'hive.mjs'),
  peer('hive-rust', '@graphql-hive/gateway, Rust planner', 'hive.mjs', { PLANNER: 'rust' }),
  peer('mercurius', '@mercuriusjs/gateway', 'mercurius.mjs'),
  tributary('ours-undici', 'Tributary on undici', { policy: 'bare-undici', isTraced: false }),
  tributary('ours-lean', 'Tributary on its lean client', { policy: 'bare-lean', isTraced: false }),
  tributary('ours-traced', 'Tributary, lean, traced at 1 %, default limits', {
    policy: 'secure-lean',
    isTraced: true,
  }),
  floor('floor-undici', 'floor: bare proxy on undici', 'undici'),
  floor('floor-lean', 'floor: bare proxy on the lean client', 'lean'),
];

// Private:

function peer(
  name: string,
  label: string,
  file: string,
  env: Readonly<Record<string, string>> = {},
): GatewayKind {
  return {
    name,
    label,
    isPeer: true,
    file: pathOf(`../gateways/${file}`),
    env: ({ supergraph, services }) => ({
      SUPERGRAPH: supergraph,
      SERVICES: services,
      APOLLO_TELEMETRY_DISABLED: 'true',
      ...env,
    }),
  };
}

interface TributarySetting {
  readonly policy: PolicyName;
  readonly isTraced: boolean;
}

function tributary(name: string, label: string, { policy, isTraced }: TributarySetting): GatewayKind {
  return {
    name,
    label,
    isPeer: false,
    file: pathOf('../../gateway/src/main.ts'),
    env: ({ supergraph, policies, collectorUrl }) => ({
      SUPERGRAPH: supergraph,
      GATEWAY_CONFIG: policies[policy],
      PORT: '0',
      INTROSPECTION: 'true',
      // As docs/operations.md advises.
      NODE_COMPILE_CACHE: pathOf('../../.tributary/compile-cache'),
      ...(isTraced
        ? {
            OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
            OTEL_TRACES_SAMPLER_ARG: '0.01',
            OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
          }
        : { OTEL_SDK_DISABLED: 'true' }),
    }),
  };
}

function floor(name: string, label: string, transport: 'undici' | 'lean'): GatewayKind {
  return {
    name,
    label,
    isPeer: false,
    file: pathOf('../gateways/floor.ts'),
    env: ({ floor: script }) => ({ FLOOR: script ?? '', TRANSPORT: transport }),
  };
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
