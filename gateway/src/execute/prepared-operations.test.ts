import { TributaryError } from '@tributary/errors';
import { describe, expect, it } from 'vitest';
import type { Planner } from '../plan/index.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import { PreparedOperations } from './prepared-operations.ts';
import { compose } from './testing/compose.ts';
import { requestOf } from './testing/request-of.ts';

const planner = compose({ one: 'type Query { a: Int b: Int c: Int long(text: String): Int }' });

/** A planner that counts; what it plans has a certain weight. */
function counting(plan: Planner['plan'] = planner.plan): [Planner, string[]] {
  const planned: string[] = [];
  const counted: Planner = {
    ...planner,
    plan: (request) => {
      planned.push([request.operation.name?.value ?? '', ...request.activeLabels].join(' '));
      return plan(request);
    },
  };
  return [counted, planned];
}

const MEGABYTE = 1_000_000;
const request = (source: string) => requestOf(source, planner);

const SMALL = 'query A {a}';
const BRANCHED = 'query C($x: Boolean!, $y: Boolean!) { a @include(if: $x) b @include(if: $y) }';
const weightOf = async (source: string) =>
  (await new PreparedOperations(planner, MEGABYTE).get(request(source), [])).bytes;

describe('prepared operations', () => {
  it('are planned once, and at hand without waiting from then on', async () => {
    const [counted, planned] = counting();
    const operations = new PreparedOperations(counted, MEGABYTE);
    const first = await operations.get(request('{a}'), []);
    expect(operations.get(request('{a}'), [])).toBe(first);
    expect(planned).toHaveLength(1);
  });

  it('are planned once for all who ask at the same time', async () => {
    const [counted, planned] = counting();
    const operations = new PreparedOperations(counted, MEGABYTE);
    const all = await Promise.all([1, 2, 3].map(() => operations.get(request('{a}'), [])));
    expect(new Set(all).size).toBe(1);
    expect(planned).toHaveLength(1);
  });

  it('differ by document, operation name and active labels', async () => {
    const [counted, planned] = counting();
    const operations = new PreparedOperations(counted, MEGABYTE);
    const both = 'query A {a} query B {b}';
    const [, second] = request(both).document.definitions;
    await operations.get(request(both), []);
    await operations.get({ ...request(both), operation: second as never }, []);
    await operations.get(request(both), ['beta']);
    await operations.get(request(both), ['beta', 'gamma']);
    await operations.get(request('query A {b}'), []);
    expect(planned).toEqual(['A', 'B', 'A beta', 'A beta gamma', 'A']);
  });

  it('that could not be planned are planned anew when they are asked for again', async () => {
    let failures = 2;
    const [counted, planned] = counting(async (asked) => {
      if (failures-- > 0) throw new TributaryError('PLANNING_TIMEOUT', 'Too long');
      return planner.plan(asked);
    });
    const operations = new PreparedOperations(counted, MEGABYTE);
    const both = [operations.get(request('{a}'), []), operations.get(request('{a}'), [])];
    const settled = await Promise.allSettled(both);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(operations.get(request('{a}'), [])).rejects.toThrow('Too long');
    await operations.get(request('{a}'), []);
    expect(planned).toHaveLength(3);
  });

  it('are forgotten, the least lately used first, where they would take more than their bytes', async () => {
    const [counted, planned] = counting();
    const operations = new PreparedOperations(counted, 2.5 * (await weightOf(SMALL)));
    for (const source of [SMALL, 'query B {b}', SMALL, 'query C {c}']) {
      await operations.get(request(source), []);
    }
    await operations.get(request(SMALL), []);
    expect(planned).toEqual(['A', 'B', 'C']);
    expect(operations.get(request('query B {b}'), [])).toBeInstanceOf(Promise);
  });

  it('that have been forgotten are prepared anew from their plans, which are not', async () => {
    const [counted, planned] = counting();
    const operations = new PreparedOperations(counted, 1.5 * (await weightOf(SMALL)));
    const first = await operations.get(request(SMALL), []);
    await operations.get(request('query B {b}'), []);
    const again = operations.get(request(SMALL), []);
    expect(again).toBeInstanceOf(Promise);
    expect((await again).plan).toEqual(first.plan);
    expect(planned).toEqual(['A', 'B']);
  });

  it('weigh as much as their plans: one that is too large is not kept and throws nothing out', async () => {
    const [counted, planned] = counting();
    const operations = new PreparedOperations(counted, 2.5 * (await weightOf(SMALL)));
    const large = `query L { long(text: "${'x'.repeat(2_000)}") }`;
    await operations.get(request(SMALL), []);
    await operations.get(request(large), []);
    await operations.get(request(large), []);
    await operations.get(request(SMALL), []);
    expect(planned).toEqual(['A', 'L', 'L']);
  });

  it('weigh more with each set of conditions that they are compiled for', async () => {
    const compile = (prepared: PreparedOperation) => {
      for (const x of [true, false]) for (const y of [true, false]) prepared.compiledFor({ x, y });
      return prepared.bytes;
    };
    const weight = compile(await new PreparedOperations(planner, MEGABYTE).get(request(BRANCHED), []));
    const operations = new PreparedOperations(planner, weight + 0.5 * (await weightOf(SMALL)));
    await operations.get(request(SMALL), []);
    compile(await operations.get(request(BRANCHED), []));
    await operations.get(request(BRANCHED), []);
    expect(operations.get(request(SMALL), [])).toBeInstanceOf(Promise);
  });

  it('tell which of them were asked for most', async () => {
    const operations = new PreparedOperations(planner, MEGABYTE);
    const asked = ['{a}', '{b}', '{c}', '{b}', '{c}', '{b}'];
    for (const source of asked) await operations.get(request(source), []);
    const sources = (prepared: readonly PreparedOperation[]) => prepared.map((each) => each.request.source);
    expect(sources(operations.mostUsed(2))).toEqual(['{b}', '{c}']);
    expect(sources(operations.mostUsed(10))).toEqual(['{b}', '{c}', '{a}']);
    expect(operations.mostUsed(0)).toEqual([]);
  });
});
