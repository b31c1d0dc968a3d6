import { createRegistry, metric } from '@tributary/telemetry';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../configuration/index.ts';
import { parseResponse } from '../subgraph/parse-response.ts';
import { withFaults } from './fault-injection.ts';
import { answer, createFetch, sendBy } from './testing/fetches.ts';
import { createScriptedSender } from './testing/scripted-sender.ts';

function start(rules: string, seed = 1) {
  const policy = parsePolicy(`faults: { seed: ${seed}, rules: ${rules} }`, 'policy.yaml');
  const subgraph = createScriptedSender(() => answer('{"data":{"me":null}}'));
  const registry = createRegistry('test', { processMetrics: false });
  const injected = metric(registry, 'subgraph_injected_faults_total');
  const sender = withFaults(subgraph, { ...policy.faults, injected });
  const ask = (target = 'Query.me') =>
    sendBy(
      sender,
      createFetch({
        targets: [target],
        read: (response) => ({
          value: JSON.stringify(parseResponse('loyalty', response)),
          errorCount: 0,
        }),
      }),
    ).catch(({ code, message }) => `${code}: ${message}`);
  return { subgraph, ask, registry };
}

describe('faults on purpose', () => {
  it.each([
    ['{ kind: reset }', 'SUBGRAPH_UNAVAILABLE: The subgraph loyalty could not be reached'],
    ['{ kind: status, status: 503 }', 'SUBGRAPH_UNAVAILABLE: The subgraph loyalty answered with status 503'],
    [
      '{ kind: malformed }',
      'SUBGRAPH_MALFORMED_RESPONSE: The subgraph loyalty answered with something that is not JSON (status 200)',
    ],
    [
      '{ kind: error, code: OUT_OF_STOCK }',
      '{"errors":[{"message":"An injected fault","extensions":{"code":"OUT_OF_STOCK"}}],"data":null}',
    ],
  ])('can be %s, and the subgraph is not asked', async (fault, outcome) => {
    const { subgraph, ask, registry } = start(`[{ subgraph: loyalty, fault: ${fault} }]`);
    expect(await ask()).toBe(outcome);
    expect(subgraph.sent).toHaveLength(0);
    expect(await registry.metrics()).toMatch(/subgraph_injected_faults_total{.*} 1/);
  });

  it('can be a delay alone: the answer is the real one', async () => {
    const { ask } = start('[{ subgraph: loyalty, delayMs: 30 }]');
    const startedMs = performance.now();
    expect(await ask()).toBe('{"data":{"me":null}}');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(30);
  });

  it('meet their target alone', async () => {
    const { ask } = start('[{ subgraph: loyalty, target: User, fault: { kind: reset } }]');
    expect(await ask('Query.me')).toContain('data');
    expect(await ask('User')).toContain('SUBGRAPH_UNAVAILABLE');
  });

  it('meet a share of the fetches, and with the same seed the same ones', async () => {
    const run = async (seed: number) => {
      const { ask } = start('[{ subgraph: loyalty, percent: 25, fault: { kind: reset } }]', seed);
      const outcomes: boolean[] = [];
      for (let each = 0; each < 2_000; each++) outcomes.push((await ask()).startsWith('SUBGRAPH'));
      return outcomes;
    };
    const [first, again, other] = [await run(7), await run(7), await run(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const share = first.filter(Boolean).length / first.length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
  });
});
