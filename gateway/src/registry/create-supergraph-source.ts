import { createTextSource, deliveriesOf, type SupergraphSource } from '../source/index.ts';
import type { SupergraphSettings } from './settings.ts';

export function createSupergraphSource({ SUPERGRAPH }: SupergraphSettings): SupergraphSource {
  if (SUPERGRAPH === undefined) throw new Error('REGISTRY_URL is not followed yet');
  return deliveriesOf(createTextSource(SUPERGRAPH));
}
