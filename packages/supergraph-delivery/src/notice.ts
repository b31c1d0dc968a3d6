import { hash } from 'node:crypto';
import { z } from 'zod';

/** A release of an environment: its number there, and the digest by which its artefact is fetched and proven. */
export interface NoticedRelease {
  readonly release: number;
  /** SHA-256 of the supergraph's SDL, hexadecimal. */
  readonly digest: string;
}

export interface NoticedCanary extends NoticedRelease {
  /** Percent of requests. */
  readonly share: number;
}

/** What gateways of an environment are to serve. Small: the supergraphs themselves are fetched by their digests. */
export interface DeliveryNotice {
  readonly environment: string;
  /** Rises with every change of what follows. A gateway takes no lower one than it has, so an old notice is no way back. */
  readonly sequence: number;
  /** What makes the split between the arms this environment's own, and the same on every gateway. */
  readonly salt: string;
  readonly live: NoticedRelease;
  readonly canary?: NoticedCanary | undefined;
}

export function digestOf(supergraphSdl: string): string {
  return hash('sha256', supergraphSdl, 'hex');
}

const release = {
  release: z.number().int().positive(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
};

/** What a later registry adds is left out, so that it may be newer than its gateways. */
export const deliveryNotice: z.ZodType<DeliveryNotice> = z.object({
  environment: z.string().min(1).max(200),
  sequence: z.number().int().nonnegative(),
  salt: z.string().max(200),
  live: z.object(release),
  canary: z.object({ ...release, share: z.number().min(0).max(100) }).optional(),
});
