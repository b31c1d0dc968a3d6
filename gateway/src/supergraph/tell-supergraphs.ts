import { metric, onScrape, type Registry } from '@tributary/telemetry';
import type { Generations } from './generations.ts';

/** Which supergraphs are served, and the share of the canary, as metrics: read when somebody asks. */
export function tellSupergraphs(generations: Generations, registry: Registry): void {
  const served = metric(registry, 'gateway_supergraph_info');
  const share = metric(registry, 'gateway_canary_share');
  onScrape(served, () => {
    const { current, canary } = generations;
    served.reset();
    served.set({ arm: 'live', digest: current.digest }, 1);
    if (canary) served.set({ arm: 'canary', digest: canary.generation.digest }, 1);
  });
  onScrape(share, () => share.set((generations.canary?.split.share ?? 0) / 100));
}
