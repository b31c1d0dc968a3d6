import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ENVIRONMENT } from './process-plans.ts';
import { SUBGRAPHS, type Topology } from './topology.ts';

export interface WaitUntilServed {
  readonly topology: Topology;
  readonly token: string;
  readonly signal: AbortSignal;
}

const POLL_MS = 50;

const listSchema = z.object({
  composition: z.string().nullable(),
  subgraphs: z.array(z.object({ name: z.string() })),
});
const readinessSchema = z.object({ checks: z.object({ supergraph: z.string() }) });

/** Resolves when all subgraphs have published themselves and the gateway serves what that makes. */
export async function waitUntilServed({ topology, token, signal }: WaitUntilServed): Promise<void> {
  const listUrl = topology.urlOf('registry', `/v1/environments/${ENVIRONMENT}/subgraphs`);
  const readyUrl = topology.adminUrlOf('gateway', '/health/ready');
  for (;;) {
    const list = listSchema.parse(await get(listUrl, signal, { authorization: `Bearer ${token}` }));
    const names = new Set(list.subgraphs.map(({ name }) => name));
    if (SUBGRAPHS.every((name) => names.has(name))) {
      const { checks } = readinessSchema.parse(await get(readyUrl, signal));
      if (checks.supergraph === list.composition) return;
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

// Private:

async function get(url: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, { headers, signal });
  return response.json();
}
