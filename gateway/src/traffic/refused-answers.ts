import type { Lifetime } from '../subgraph/lifetime.ts';
import { SubgraphRefusal } from '../subgraph/refusal.ts';
import type { Receiver } from '../subgraph/sender.ts';

/**
 * Reads a refusal (429, 502, 503, 504) that no policy has turned into a better answer: servers put GraphQL answers under
 * such statuses too (GraphQL over HTTP 6.4), and then their errors say more than the status does.
 *
 * @returns whether it could be read; otherwise the refusal is what became of the fetch.
 */
export function readRefusal(error: unknown, lifetime: Lifetime, reader: Pick<Receiver, 'read'>): boolean {
  if (!(error instanceof SubgraphRefusal) || lifetime.hasEnded) return false;
  try {
    reader.read(error.response);
    return true;
  } catch {
    return false;
  }
}
