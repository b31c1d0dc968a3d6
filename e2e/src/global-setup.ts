import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentityKeys } from '@tributary/identity';
import type { TestProject } from 'vitest/node';
import { createPlatformProcess } from './process.ts';
import { SERVICES } from './services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Holds one seeded embedded database a service; each federation starts from a copy. */
    readonly templateDirectory: string;
  }
}

/** Seeds the demo data once for the whole run: a federation then starts in a second instead of ten. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-e2e-template-'));
  const { privateJwk, publicJwks } = await generateIdentityKeys('template');
  const jwks = JSON.stringify(publicJwks);
  const seed = async (name: string) => {
    await using service = await createPlatformProcess({
      name,
      main: `services/${name}/src/main.ts`,
      env: {
        DATABASE_DIRECTORY: join(folder, name),
        SEED_DEMO_DATA: 'demo',
        OTEL_SDK_DISABLED: 'true',
        GATEWAY_JWKS: jwks,
        ORDERS_JWKS: jwks,
        ORDERS_PRIVATE_JWK: JSON.stringify(privateJwk),
      },
    });
    await service.start();
    const code = await service.stop();
    if (code !== 0) throw new Error(`${name} did not stop cleanly after seeding:\n${service.log()}`);
  };
  await Promise.all(SERVICES.map(seed));
  project.provide('templateDirectory', folder);
  return () => rm(folder, { recursive: true, force: true });
}
