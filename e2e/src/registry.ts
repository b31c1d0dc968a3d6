import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { generateSigningKeys } from '@tributary/supergraph-delivery';
import { createPlatformProcess, type PlatformProcess, type ProcessOptions, root } from './process.ts';

export interface RegistryPlatform extends AsyncDisposable {
  readonly registry: PlatformProcess;
  /** An admin's. */
  readonly token: string;
  /** A gateway that serves what the registry says, not started yet; the caller's to dispose. */
  createGateway(
    env?: Readonly<Record<string, string>>,
    options?: Pick<ProcessOptions, 'cannotWriteFiles'>,
  ): Promise<PlatformProcess>;
  /** Where the registry keeps its embedded database. */
  readonly databaseDirectory: string;
  /** Runs the client as a pipeline would; as the admin unless another token is given. */
  tributary(args: readonly string[], stdin?: string, as?: string): Promise<ClientRun>;
}

export interface ClientRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMON = { NODE_ENV: 'development', OTEL_SDK_DISABLED: 'true' };

/** A registry process on an empty database of its own, and gateways and clients for it. */
export async function startRegistry(env: Readonly<Record<string, string>> = {}): Promise<RegistryPlatform> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'tributary-registry-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const databaseDirectory = join(folder, 'database');
  const token = `trb_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`;
  const { privateJwk, publicKeySet } = generateSigningKeys('e2e');
  const registry = stack.use(
    await createPlatformProcess({
      name: 'registry',
      main: 'registry/src/main.ts',
      env: {
        ...COMMON,
        DATABASE_DIRECTORY: databaseDirectory,
        REGISTRY_ADMIN_TOKEN: token,
        SIGNING_PRIVATE_JWK: JSON.stringify(privateJwk),
        ...env,
      },
    }),
  );
  await registry.start();
  const owned = stack.move();
  return {
    registry,
    token,
    databaseDirectory,
    createGateway: (gatewayEnv = {}, processOptions = {}) =>
      createPlatformProcess({
        ...processOptions,
        name: 'gateway',
        main: 'gateway/src/main.ts',
        env: {
          ...COMMON,
          REGISTRY_URL: registry.url,
          REGISTRY_TOKEN: token,
          REGISTRY_PUBLIC_KEYS: JSON.stringify(publicKeySet),
          ...gatewayEnv,
        },
      }),
    tributary: (args, stdin = '', as = token) =>
      runClient(args, { TRIBUTARY_REGISTRY_URL: registry.url, TRIBUTARY_TOKEN: as }, stdin),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function runClient(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin: string,
): Promise<ClientRun> {
  const child = spawn(process.execPath, ['registry/src/cli/main.ts', ...args], {
    cwd: root,
    env: { ...env },
  });
  child.stdin.end(stdin);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: Number(code), stdout, stderr };
}
