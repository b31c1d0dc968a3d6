import { testTelemetry } from '@tributary/telemetry/testing';
import { getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compose, LIBRARY } from '../testing/index.ts';
import { createPlanner, type PlannerOptions } from './create-planner.ts';
import type { PlanRequest } from './planner.ts';

const supergraphSdl = compose(LIBRARY, (name) => `http://${name}.test/graphql`);

describe('createPlanner', () => {
  it('plans in its thread', async () => {
    await using planner = await start();
    const plan = await planner.plan(request('{ viewer { name loans { title fine } } }'));
    expect(plan.node?.kind).toBe('Sequence');
    expect(planner.schema.getQueryType()?.getFields().viewer?.type.toString()).toBe('Reader');
  });
});

function start(options: Partial<PlannerOptions> = {}, sdl = supergraphSdl) {
  return createPlanner(sdl, { logger: testTelemetry('gateway').logger, ...options });
}

function request(source: string): PlanRequest {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return { document, operation, activeLabels: [] };
}
