import { createLogger, createRegistry } from '@tributary/telemetry';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, parsePolicy } from '../configuration/index.ts';
import { subgraphSettings } from './subgraph-settings.ts';
import { SubgraphStates } from './subgraph-states.ts';

const settings = subgraphSettings(DEFAULT_POLICY.traffic, 'loyalty');

function start() {
  const registry = createRegistry('test', { processMetrics: false });
  const logger = createLogger({ level: 'silent' } as never);
  return { registry, states: new SubgraphStates(logger, registry) };
}

describe('what is known of subgraphs', () => {
  it('goes over to the next client of the same name and URL', () => {
    const { states } = start();
    const former = states.hold('loyalty', 'http://a', settings);
    const next = states.hold('loyalty', 'http://a', settings);
    expect(next.state.circuits).toBe(former.state.circuits);
    former[Symbol.dispose]();
    const circuitsOf = (name: string, url: string) => states.hold(name, url, settings).state.circuits;
    expect(circuitsOf('loyalty', 'http://a')).toBe(next.state.circuits);
    expect(circuitsOf('loyalty', 'http://b')).not.toBe(next.state.circuits);
    expect(circuitsOf('orders', 'http://a')).not.toBe(next.state.circuits);
  });

  it('is forgotten with the last client', () => {
    const { states } = start();
    const held = [states.hold('loyalty', 'http://a', settings), states.hold('loyalty', 'http://a', settings)];
    for (const each of held) each[Symbol.dispose]();
    held[0]?.[Symbol.dispose]();
    const { circuits } = states.hold('loyalty', 'http://a', settings).state;
    expect(circuits).not.toBe(held[0]?.state.circuits);
  });

  it('begins anew where its knobs have changed, and only there', () => {
    const { states } = start();
    const { state: former } = states.hold('loyalty', 'http://a', settings);
    const { traffic } = parsePolicy('traffic: { subgraphs: { loyalty: { breaker: { probes: 1 } } } }', 'p');
    const { state: next } = states.hold('loyalty', 'http://a', subgraphSettings(traffic, 'loyalty'));
    expect(next.circuits).not.toBe(former.circuits);
    expect(next.turns).toBe(former.turns);
    expect(next.budget).toBe(former.budget);
  });

  it('shows the limits when the metrics are read, and circuits that have changed', async () => {
    const { states, registry } = start();
    const held = states.hold('loyalty', 'http://a', settings);
    held.state.turns?.limit.begin();
    held.state.circuits.of(['User']).open(performance.now());
    const text = await registry.metrics();
    expect(text).toContain('subgraph_concurrency_limit{subgraph="loyalty",service="test"} 16');
    expect(text).toContain('subgraph_requests_in_flight{subgraph="loyalty",service="test"} 1');
    expect(text).toContain('subgraph_requests_queued{subgraph="loyalty",service="test"} 0');
    expect(text).toContain('subgraph_circuit_state{subgraph="loyalty",target="User",service="test"} 2');
    held[Symbol.dispose]();
    expect(await registry.metrics()).not.toContain('subgraph="loyalty"');
  });
});

it('takes the knobs of a subgraph where it has them, else those for all', () => {
  const { traffic } = parsePolicy(
    'traffic: { retry: { sends: 5, budgetPercent: 20 }, subgraphs: { loyalty: { timeoutMs: 9, retry: { sends: 2 } } } }',
    'p',
  );
  expect(subgraphSettings(traffic, 'loyalty')).toMatchObject({
    timeoutMs: 9,
    retry: { sends: 2, budgetPercent: 20, firstDelayMs: 50 },
  });
  expect(subgraphSettings(traffic, 'orders')).toMatchObject({ timeoutMs: 10_000, retry: { sends: 5 } });
});
