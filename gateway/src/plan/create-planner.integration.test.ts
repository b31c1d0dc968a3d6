import { testTelemetry } from '@tributary/telemetry/testing';
import { getOperationAST, isObjectType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compose, LIBRARY } from '../testing/index.ts';
import { createPlanner, type PlannerOptions } from './create-planner.ts';
import { createInProcessPlanner } from './in-process-planner.ts';
import type { PlanRequest } from './planner.ts';
import { hardOperation, manyWays } from './testing/hard-to-plan.ts';

const library = compose(LIBRARY, (name) => `http://${name}.test/graphql`);
const hard = manyWays();
const tooHard = request(hardOperation(4));
const farTooHard = request(hardOperation(5));
const easy = request('{ t { f0 { x } } }');

describe('createPlanner', () => {
  it('plans in its thread what is planned in this one', async () => {
    await using planner = await start(library);
    const operation = request('{ viewer { name card loans { title fine } } }');
    await using local = createInProcessPlanner(library);
    expect(await planner.plan(operation)).toEqual(await local.plan(operation));
  });

  it('knows the API schema as clients see it, and the facts that executors need', async () => {
    await using planner = await start(library);
    const reader = planner.schema.getType('Reader');
    expect(isObjectType(reader) && Object.keys(reader.getFields()).sort().join()).toBe(
      'balance,card,id,loans,name',
    );
    expect(planner.facts.subgraphs).toContainEqual({ name: 'loans', url: 'http://loans.test/graphql' });
  });

  it('shares one planning among equal requests under way', async () => {
    await using planner = await start(library);
    const source = '{ viewer { name } }';
    const [first, same, other] = await Promise.all([
      planner.plan(request(source)),
      planner.plan(request(source)),
      planner.plan({ ...request(source), activeLabels: ['x'] }),
    ]);
    expect(same).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each([
    ['{', /^[^\n]+$/],
    ['type Query { a: Int }', /^[^\n]+$/],
    [library.replace('name: String!', 'name: Strin!'), /^[^\n]+$/],
  ])('refuses what is no supergraph in one line', async (sdl, message) => {
    await expect(start(sdl)).rejects.toThrow(message);
  });

  it('refuses a supergraph that needs more memory or time to read than it is given', async () => {
    await expect(start(hard, { maxHeapMb: 8 })).rejects.toThrow('needs more than 8 MB');
    await expect(start(hard, { startTimeoutMs: 1 })).rejects.toThrow('took longer than 1 ms');
  });
});

describe('an operation that is too hard to plan', () => {
  it('fails alone when its time is over: the others are planned by the next thread', async () => {
    await using planner = await start(hard, { planTimeoutMs: 250 });
    const [culprit, ...others] = await Promise.allSettled([
      planner.plan(tooHard),
      planner.plan(easy),
      planner.plan(request('{ t { f1 { x } } }')),
    ]);
    expect(culprit).toMatchObject({ status: 'rejected', reason: { code: 'PLANNING_TIMEOUT' } });
    expect(others).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  });

  it('is refused at once when it comes again', async () => {
    const { logger, logs } = testTelemetry('gateway');
    await using planner = await start(hard, { planTimeoutMs: 250, logger });
    const again = () => planner.plan(tooHard).catch(({ code }) => code);
    expect([await again(), await again(), await again()]).toEqual(Array(3).fill('PLANNING_TIMEOUT'));
    expect(logs.lines.filter(({ msg }) => msg === 'an operation ended the planner thread')).toHaveLength(1);
  });

  it('is refused for what it is when it is beyond the limits of the planner itself', async () => {
    await using planner = await start(hard);
    await expect(planner.plan(farTooHard)).rejects.toMatchObject({ code: 'OPERATION_LIMIT_EXCEEDED' });
  });

  it('fails alone when it needs more memory than the planner has', async () => {
    await using planner = await start(hard, { maxHeapMb: 48, planTimeoutMs: 60_000 });
    await expect(planner.plan(farTooHard)).rejects.toMatchObject({ code: 'PLANNING_TIMEOUT' });
    expect((await planner.plan(easy)).node?.kind).toBe('Fetch');
  });
});

describe('a planner with too much to do', () => {
  it('refuses further operations', async () => {
    await using planner = await start(library, { maxWaiting: 2 });
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, (_, index) => planner.plan(request(`{ a${index}: loanCount }`))),
    );
    expect(results.map(({ status }) => status)).toEqual([
      ...Array(3).fill('fulfilled'),
      ...Array(2).fill('rejected'),
    ]);
    expect(results[4]).toMatchObject({ reason: { code: 'SERVICE_UNAVAILABLE' } });
  });

  it('lets go of all who wait when it is stopped', async () => {
    const planner = await start(hard);
    const waiting = [planner.plan(tooHard), planner.plan(easy)].map((plan) => plan.catch(({ code }) => code));
    await planner[Symbol.asyncDispose]();
    expect(await Promise.all(waiting)).toEqual(['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE']);
    await expect(planner.plan(easy)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

function start(sdl: string, options: Partial<PlannerOptions> = {}) {
  return createPlanner(sdl, { logger: testTelemetry('gateway').logger, ...options });
}

function request(source: string): PlanRequest {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return { document, operation, activeLabels: [] };
}
