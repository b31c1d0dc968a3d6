import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import type { SubgraphClient } from '../subgraph/index.ts';
import { assembleEngine } from './create-engine.ts';
import { compose } from './testing/compose.ts';
import { requestOf } from './testing/request-of.ts';

const planner = compose({
  old: 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
  new: 'type User @key(fields: "id") { id: ID! name: String @override(from: "old", label: "beta") }',
});

/** An engine whose subgraphs are never reached, and what becomes of their clients. */
function assemble(overrideLabels: Record<string, number> = {}) {
  const events: string[] = [];
  const createSubgraphClient = (name: string, url: string | undefined): SubgraphClient => {
    events.push(`made ${name} for ${url}`);
    return {
      name,
      send: () => Promise.reject(new Error('Not to be reached')),
      [Symbol.asyncDispose]: async () => void events.push(`disposed ${name}`),
    };
  };
  const { planning, execution } = DEFAULT_POLICY;
  const engine = assembleEngine(planner, {
    createSubgraphClient,
    planning: { ...planning, overrideLabels },
    execution,
  });
  return { engine, events };
}

const request = (source: string) => requestOf(source, planner);

describe('an engine', () => {
  it('makes one client for each subgraph and disposes of them with itself', async () => {
    const { engine, events } = assemble();
    expect(events).toEqual(['made new for http://new.test', 'made old for http://old.test']);
    await engine[Symbol.asyncDispose]();
    expect(events.slice(2).sort()).toEqual(['disposed new', 'disposed old']);
  });

  it('prepares and explains without a fetch, and tells what was asked for most', async () => {
    await using stack = new AsyncDisposableStack();
    const engine = stack.use(assemble().engine);
    await engine.prepare?.(request('query Me { me { name } }'));
    await engine.prepare?.(request('{ me { id } }'));
    const explained = await engine.explain?.(request('{ me { id } }'));
    expect(explained?.plan).toContain('Fetch(0, service: "old")');
    expect(explained?.code).toContain('"me":');
    expect(engine.mostUsed?.(2)).toEqual([
      { source: '{ me { id } }', operationName: undefined },
      { source: 'query Me { me { name } }', operationName: 'Me' },
    ]);
  });

  it('plans with the @override labels that the policy turns on', async () => {
    const plans: (string | undefined)[] = [];
    for (const labels of [{}, { beta: 0 }, { beta: 100 }]) {
      await using stack = new AsyncDisposableStack();
      const engine = stack.use(assemble(labels).engine);
      plans.push((await engine.explain?.(request('{ me { name } }')))?.plan);
    }
    expect(plans.map((plan) => plan?.includes('service: "new"'))).toEqual([false, false, true]);
  });
});
