import { describe, expect, it } from 'vitest';
import type { Planner } from '../plan/index.ts';
import { Declined } from './compile/index.ts';
import { PreparedOperation } from './prepared-operation.ts';
import { compose } from './testing/compose.ts';
import { requestOf } from './testing/request-of.ts';

const planner = compose({ one: 'type Query { a: Int b: Int c: Int } type Subscription { a: Int }' });

async function prepare(source: string): Promise<PreparedOperation> {
  const request = requestOf(source, planner);
  return new PreparedOperation(planner, request, await planner.plan({ ...request, activeLabels: [] }));
}

const flags = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);
const manyConditions = (count: number) =>
  `query (${flags(count).map((name) => `$${name}: Boolean!`)}) { ${flags(count).map((name) => `a @include(if: $${name})`)} }`;
const variablesOf = (count: number, bits: number) =>
  Object.fromEntries(flags(count).map((name, index) => [name, ((bits >> index) & 1) === 1]));

describe('a prepared operation', () => {
  it('is compiled once, whatever variables come that decide on no fields', async () => {
    const prepared = await prepare('{a}');
    expect(prepared.compiledFor({ x: 1 })).toBe(prepared.compiledFor({ x: 2 }));
  });

  it('is compiled once for each set of values of its conditions', async () => {
    const prepared = await prepare(manyConditions(1));
    const [on, off] = [prepared.compiledFor({ f0: true }), prepared.compiledFor({ f0: false })];
    expect(on).not.toBe(off);
    expect(prepared.compiledFor({ f0: true })).toBe(on);
    expect(prepared.compiledFor({ f0: false })).toBe(off);
  });

  it('is left to the complete executor for more sets of values than are kept, the kept ones are not', async () => {
    const prepared = await prepare(manyConditions(6));
    const compiled = Array.from({ length: 64 }, (_, bits) => prepared.compiledFor(variablesOf(6, bits)));
    expect(compiled.map((each) => each instanceof Declined)).toEqual(
      Array.from({ length: 64 }, (_, bits) => bits >= 32),
    );
    expect(prepared.compiledFor(variablesOf(6, 7))).toBe(compiled[7]);
  });

  it('is compiled ahead of its first request', async () => {
    const request = requestOf('{a b}', planner);
    let compilations = 0;
    const counting: Planner = {
      ...planner,
      get facts() {
        compilations++;
        return planner.facts;
      },
    };
    const plan = await planner.plan({ ...request, activeLabels: [] });
    const prepared = new PreparedOperation(counting, request, plan);
    prepared.compileAhead();
    expect(compilations).toBe(1);
    prepared.compiledFor({});
    expect(compilations).toBe(1);
  });

  it('is not compiled ahead where it is not known which fields it will have', async () => {
    const prepared = await prepare(manyConditions(6));
    prepared.compileAhead();
    for (let bits = 0; bits < 32; bits++) prepared.compiledFor(variablesOf(6, bits));
    expect(prepared.compiledFor(variablesOf(6, 31))).not.toBeInstanceOf(Declined);
  });

  it('that cannot be compiled says why, and is tried once', async () => {
    const prepared = await prepare('{ a __schema { queryType { name } } }');
    const declined = prepared.compiledFor({});
    expect(declined).toEqual(new Declined('introspection'));
    expect(prepared.compiledFor({})).toBe(declined);
  });

  it('is left to the complete executor where the compiler is at fault', async () => {
    const request = requestOf('{a}', planner);
    const plan = await planner.plan({ ...request, activeLabels: [] });
    const faulty: Planner = {
      ...planner,
      get facts(): never {
        throw new TypeError('no facts');
      },
    };
    const prepared = new PreparedOperation(faulty, request, plan);
    expect(prepared.compiledFor({})).toEqual(new Declined('the compiler failed: TypeError: no facts'));
  });
});
