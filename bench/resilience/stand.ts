import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mobile } from '../federations/mobile.ts';
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
import type { SectionRun } from './section.ts';

/** Subgraphs that cost next to nothing and fail on command, and one gateway with the default policies before them. */
export interface Stand extends AsyncDisposable {
  readonly gateway: RunningGateway;
  readonly subgraphs: MemoisedSubgraphs;
  load(stream: Stream, load: StreamLoad): Promise<LoadResult>;
}

/** The home screen, or the part of it that needs no loyalty. */
export type Stream = 'home' | 'without-loyalty';

export interface StreamLoad {
  readonly connections: number;
  readonly seconds: number;
  readonly rate?: number;
}

const WARM_UP_SECONDS = 3;

export interface StandOptions {
  readonly policy?: string;
  /** What a subgraph does before the first request already. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** Of the gateway's process. */
  readonly nodeOptions?: readonly string[];
}

export async function openStand(
  run: SectionRun,
  name: string,
  { policy = '', behaviours = {}, nodeOptions = [] }: StandOptions = {},
): Promise<Stand> {
  const folder = join(run.folder, name);
  await mkdir(folder, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const origin = stack.use(await startOrigin(mobile));
  const subgraphs = stack.use(
    await startMemoisedSubgraphs(run.tools.memoServer, Object.keys(mobile), origin.port),
  );
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, composeSupergraph(mobile, subgraphs.urlOf));
  const kind = await gatewayOf(folder, name, policy);
  const inputs = { supergraph, services: '', floor: undefined, policies: {} as never, collectorUrl: '' };
  const gateway = stack.use(await startGatewayProcess(kind, inputs, nodeOptions));

  const bodies: Record<Stream, string> = {
    home: join(folder, 'home'),
    'without-loyalty': join(folder, 'rest'),
  };
  await writeBodies(bodies.home, home.requests);
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
  for (const stream of ['home', 'without-loyalty'] as const) {
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
