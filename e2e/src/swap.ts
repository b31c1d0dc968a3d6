import type { PlatformProcess } from './process.ts';
import type { RegistryPlatform } from './registry.ts';

/** Publishes a revision to `dev`; the digest of the supergraph that it makes. Throws unless it was released. */
export async function publishRevision(
  { registry, token }: RegistryPlatform,
  subgraph: string,
  revision: { readonly sdl: string; readonly routingUrl: string },
): Promise<string> {
  const response = await fetch(`${registry.url}/v1/environments/dev/subgraphs/${subgraph}/revisions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(revision),
  });
  if (response.status !== 201) throw new Error(`Not released (${response.status}): ${await response.text()}`);
  return ((await response.json()) as { composition: string }).composition;
}

/** Whether that is what the gateway answers new requests from. */
export async function serves({ adminUrl }: PlatformProcess, digest: string): Promise<boolean> {
  const { checks } = (await (await fetch(`${adminUrl}/health/ready`)).json()) as {
    checks: { supergraph: string };
  };
  return checks.supergraph === digest;
}
