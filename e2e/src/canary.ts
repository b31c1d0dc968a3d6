import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postGraphQL } from './graphql.ts';
import { type PlatformProcess, waitUntil } from './process.ts';
import { type RegistryPlatform, startRegistry } from './registry.ts';

/** A registry that gives each release of `dev` half of the traffic first. */
export interface CanaryPlatform extends AsyncDisposable {
  readonly platform: RegistryPlatform;
  /** For files of the test. */
  readonly folder: string;
  /** Two that tell clients apart by `x-client-id`; to be called when there is a release to serve. */
  startGateways(): Promise<readonly PlatformProcess[]>;
}

export async function startCanaryPlatform(): Promise<CanaryPlatform> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'tributary-canary-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const policy = join(folder, 'gateway.yaml');
  await writeFile(policy, 'canary:\n  anonymousHeader: x-client-id\n');
  const platform = stack.use(
    await startRegistry({
      ATTESTATION: 'off',
      CANARY_ENVIRONMENTS: 'dev',
      CANARY_STEPS: '50',
      CANARY_STEP_SECONDS: '20',
    }),
  );
  const owned = stack.move();
  const start = async () => {
    const gateway = owned.use(await platform.createGateway({ GATEWAY_CONFIG: policy }));
    await gateway.start();
    return gateway;
  };
  return {
    platform,
    folder,
    startGateways: () => Promise.all([start(), start()]),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export interface ReleaseStatus {
  readonly state: string;
  readonly report: Record<string, unknown> | null;
}

/** Of a release in `dev`. */
export async function releaseStatus(
  { registry, token }: RegistryPlatform,
  release: number,
): Promise<ReleaseStatus> {
  const response = await fetch(`${registry.url}/v1/environments/dev/releases/${release}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return (await response.json()) as ReleaseStatus;
}

/** Resolves when every gateway has a second generation beside the live one, or none has. */
export async function untilCanary(gateways: readonly PlatformProcess[], isThere: boolean): Promise<void> {
  for (const { adminUrl } of gateways) {
    await waitUntil(
      isThere ? 'there is a canary' : 'there is none',
      async () => {
        const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
        const share = /^gateway_canary_share(?:\{[^}]*\})? (\S+)$/m.exec(metrics)?.[1] ?? '0';
        return Number(share) > 0 === isThere;
      },
      30_000,
    );
  }
}

const CLIENTS = 2_000;

/** Requests of many clients, told apart by `x-client-id`, to all gateways, evenly in time. Disposal waits for the last answers. */
export function startLoad(
  gateways: readonly PlatformProcess[],
  { query, requestsPerSecond }: { readonly query: string; readonly requestsPerSecond: number },
) {
  const inFlight = new Set<Promise<unknown>>();
  let sent = 0;
  const timer = setInterval(() => {
    const due = requestsPerSecond / 50;
    for (let request = 0; request < due; request++) {
      const gateway = gateways[sent % gateways.length];
      const headers = { 'x-client-id': `client-${(sent * 7_919) % CLIENTS}` };
      sent++;
      const asking = postGraphQL(`${gateway?.url}/graphql`, { query }, headers)
        .catch(() => undefined)
        .finally(() => inFlight.delete(asking));
      inFlight.add(asking);
    }
  }, 20);
  return {
    sent: () => sent,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all(inFlight);
    },
  };
}
