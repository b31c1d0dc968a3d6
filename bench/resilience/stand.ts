import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GatewayKind } from '../harness/gateway-kinds.ts';
import { type LoadResult, runLoad, writeBodies } from '../harness/load.ts';
import { startOrigin } from '../harness/origin.ts';
import { type RunningGateway, startGatewayProcess } from '../harness/running-gateway.ts';
import {
  type Behaviour,
  composeSupergraph,
  type MemoisedSubgraphs,
  startMemoisedSubgraphs,
} from '../harness/subgraphs.ts';
import { home } from '../scenarios/home.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type Core, onCore } from './cores.ts';
import type { SectionRun } from './section.ts';

/** Subgraphs that cost next to nothing and fail on command, and one gateway with the default policies before them. */
export interface Stand extends AsyncDisposable {
  readonly gateway: RunningGateway;
  readonly subgraphs: MemoisedSubgraphs;
  load(stream: Stream, load: StreamLoad): Promise<LoadResult>;
}

/** What the scenario asks, or of the home screen the part that needs no loyalty. */
export type Stream = 'whole' | 'without-loyalty';

export interface StreamLoad {
  readonly connections: number;
  readonly seconds: number;
  readonly rate?: number;
  readonly isFresh?: boolean;
}

const WARM_UP_SECONDS = 3;

export interface StandOptions {
  /** The home screen unless told otherwise. */
  readonly scenario?: Scenario;
  /** Where the gateway runs, and nothing else that respects it. */
  readonly core?: Core | undefined;
  readonly policy?: string;
  /** What a subgraph does before the first request already. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** Of the gateway's process. */
  readonly nodeOptions?: readonly string[];
}

export async function openStand(
  run: SectionRun,
  name: string,
  { scenario = home, core, policy = '', behaviours = {}, nodeOptions = [] }: StandOptions = {},
): Promise<Stand> {
  const folder = join(run.folder, name);
  await mkdir(folder, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const { federation } = scenario;
  const origin = stack.use(await startOrigin(federation));
  const subgraphs = stack.use(
    await startMemoisedSubgraphs(run.tools.memoServer, Object.keys(federation), origin.port),
  );
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, composeSupergraph(federation, subgraphs.urlOf));
  const kind = onCore(await gatewayOf(folder, name, policy), core);
  const inputs = { supergraph, services: '', floor: undefined, policies: {} as never, collectorUrl: '' };
  const gateway = stack.use(await startGatewayProcess(kind, inputs, nodeOptions));

  const bodies: Record<Stream, string> = {
    whole: join(folder, 'whole'),
    'without-loyalty': join(folder, 'rest'),
  };
  await writeBodies(bodies.whole, scenario.requests);
  await writeBodies(bodies['without-loyalty'], [{ query: WITHOUT_LOYALTY }]);
  const load: Stand['load'] = (stream, options) =>
    runLoad({
      binary: run.tools.load,
      port: gateway.port,
      bodies: bodies[stream],
      isTolerant: true,
      ...options,
    });
  for (const [subgraph, mode] of Object.entries(behaviours)) await subgraphs.behave(subgraph, mode);
  const streams: readonly Stream[] = scenario === home ? ['whole', 'without-loyalty'] : ['whole'];
  for (const stream of streams) {
    await load(stream, { connections: 16, seconds: run.isShort ? 1 : WARM_UP_SECONDS });
  }
  const owned = stack.move();
  return { gateway, subgraphs, load, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A gateway with this policy file. Headers that tell callers apart reach the subgraphs. */
export async function gatewayOf(folder: string, name: string, policy: string): Promise<GatewayKind> {
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, `headers:\n  forward: [authorization]\n${policy}`);
  return {
    name,
    label: name,
    isPeer: false,
    file: new URL('../../gateway/src/main.ts', import.meta.url).pathname,
    env: ({ supergraph }) => ({
      SUPERGRAPH: supergraph,
      GATEWAY_CONFIG: file,
      PORT: '0',
      OTEL_SDK_DISABLED: 'true',
    }),
  };
}

// Private:

const WITHOUT_LOYALTY = `{
  me { id displayName email orders(first: 20) {
    edges { node { id number status placedAt total { amount currency } lines { sku title quantity unitPrice { amount currency } } } }
    pageInfo { hasNextPage endCursor }
  } }
}`;
