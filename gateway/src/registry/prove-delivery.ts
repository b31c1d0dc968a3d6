import { assertArtefact, type DeliveryNotice, DeliveryRefused } from '@tributary/supergraph-delivery';
import type { DeliveredSupergraph, Delivery } from '../source/index.ts';

/** A delivery with what proved it. */
export interface ProvenDelivery {
  readonly notice: DeliveryNotice;
  readonly body: Uint8Array;
  readonly signature: string;
  readonly delivery: Delivery;
}

/**
 * An older notice is as well signed as the newest: whoever could replay it would bring back a release that was taken away.
 * @throws DeliveryRefused
 */
export function assertNewer(notice: DeliveryNotice, body: Uint8Array, known: ProvenDelivery): void {
  const { sequence } = known.notice;
  if (notice.sequence < sequence) {
    throw new DeliveryRefused(
      'replay',
      `its sequence ${notice.sequence} is behind ${sequence}, which is known here`,
    );
  }
  if (notice.sequence === sequence && Buffer.compare(body, known.body) !== 0) {
    throw new DeliveryRefused('replay', `sequence ${sequence} is known here with something else in it`);
  }
}

/**
 * The supergraphs that a notice names, each proven by its digest; those of `known` are not read again.
 * @throws DeliveryRefused, and what `read` throws.
 */
export async function collectDelivery(
  { live, canary, salt, sequence }: DeliveryNotice,
  known: Delivery | undefined,
  read: (digest: string) => Promise<Uint8Array>,
): Promise<Delivery> {
  const texts = new Map<string, string>();
  for (const supergraph of [known?.live, known?.canary]) {
    if (supergraph) texts.set(supergraph.digest, supergraph.sdl);
  }
  const collect = async (digest: string, release: number): Promise<DeliveredSupergraph> => {
    const sdl = texts.get(digest) ?? Buffer.from(await read(digest)).toString('utf8');
    assertArtefact(sdl, digest);
    return { digest, sdl, release };
  };
  return {
    live: await collect(live.digest, live.release),
    ...(canary && { canary: { ...(await collect(canary.digest, canary.release)), share: canary.share } }),
    salt,
    sequence,
  };
}
