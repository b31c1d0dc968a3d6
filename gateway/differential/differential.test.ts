import { describe, expect, it } from 'vitest';
import { ENGINES, type Engine } from './engines.ts';
import { runCase } from './judge/run-case.ts';
import { keptCases } from './keep-case.ts';
import { runFederation } from './run-federation.ts';
import { addTallies, NOTHING } from './tally.ts';

describe('the executors and a graphql-js monolith', () => {
  it('give the same answer in drawn cases', { timeout: 60_000 }, async () => {
    let tally = NOTHING;
    for (let number = 0; number < 10; number++) {
      tally = addTallies(tally, await runFederation(`sample.${number}`, ENGINES, 40));
    }
    expect(tally.failures).toEqual([]);
    expect(tally.cases).toBeGreaterThan(100);
  });

  it.each(keptCases())('give the same answer in the kept case %s', async (_, kept) => {
    expect(await runCase(kept, ENGINES)).toMatchObject({ kind: 'judged', findings: [] });
  });
});

describe('the differential test finds', () => {
  const { complete } = ENGINES;
  const spoiled =
    (spoil: (text: string) => string): Engine =>
    async (request) => {
      if (complete === undefined) throw new Error('There is no complete executor');
      const { result } = await complete(request);
      return { result: { ...result, data: JSON.parse(spoil(JSON.stringify(result.data))) } };
    };

  it.each<[string, Engine]>([
    ['a value that is another', spoiled((text) => text.replace(/:(\d)/, ':1$1'))],
    ['keys in another order', spoiled((text) => text.replace(/("\w+":"[^"]*"),("\w+":"[^"]*")/, '$2,$1'))],
    ['a null that no error explains', spoiled((text) => text.replace(/:(true|false)/, ':null'))],
    ['an item too few', spoiled((text) => text.replace(/\{[^{}]*\},(\{[^{}]*\}\])/, '$1'))],
  ])('%s', { timeout: 60_000 }, async (_, engine) => {
    let tally = NOTHING;
    for (let number = 0; tally.failures.length === 0 && number < 20; number++) {
      tally = addTallies(tally, await runFederation(`sample.${number}`, { engine }, 40));
    }
    expect(tally.failures).not.toEqual([]);
  });
});
