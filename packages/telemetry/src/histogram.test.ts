import { AggregatorRegistry, Histogram as PromHistogram } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';
import { createRegistry } from './registry.ts';

const options = { name: 'seconds', help: 'Time of it.', labelNames: ['route', 'status'], buckets: [0.1, 1] };
const values = [
  [{ route: '/a', status: '200' }, 0.05],
  [{ route: '/a', status: '200' }, 0.1],
  [{ route: '/a', status: '500' }, 0.7],
  [{ status: '404' }, 42],
] as const;

function ours() {
  const registry = createRegistry('test', { processMetrics: false });
  return { registry, histogram: new Histogram({ ...options, registry }) };
}

describe('Histogram', () => {
  it('is written as prom-client writes its own', async () => {
    const { registry, histogram } = ours();
    const theirs = createRegistry('test', { processMetrics: false });
    const reference = new PromHistogram({ ...options, registers: [theirs] });
    for (const [labels, value] of values) {
      histogram.observe(labels, value);
      reference.observe(labels, value);
    }
    expect(await registry.metrics()).toBe(await theirs.metrics());
  });

  it('is added up over processes', async () => {
    const [one, other] = [ours(), ours()];
    one.histogram.observe({ route: '/a' }, 0.5);
    other.histogram.observe({ route: '/a' }, 2);
    const parts = await Promise.all([one, other].map(({ registry }) => registry.getMetricsAsJSON()));
    const text = await AggregatorRegistry.aggregate(parts).metrics();
    expect(text).toContain('seconds_bucket{le="1",route="/a",service="test"} 1');
    expect(text).toContain('seconds_count{route="/a",service="test"} 2');
    expect(text).toContain('seconds_sum{route="/a",service="test"} 2.5');
  });

  it('forgets on reset', async () => {
    const { registry, histogram } = ours();
    histogram.observe({ route: '/a' }, 0.5);
    registry.resetMetrics();
    expect(await registry.metrics()).not.toContain('/a');
  });
});
