import { describe, expect, it } from 'vitest';
import { createLabelDraw } from './override-labels.ts';

/** How often each label was on in 100 draws, spread evenly. */
function shares(labels: readonly string[], policy: Record<string, number> = {}): Record<string, number> {
  let drawn = 0;
  const draw = createLabelDraw(labels, policy, () => (Math.floor(drawn++ / labels.length) + 0.5) / 100);
  const counts = Object.fromEntries(labels.map((label) => [label, 0]));
  for (let round = 0; round < 100; round++)
    for (const label of draw()) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

describe('labels of @override', () => {
  it('are on for the share of requests that the policy gives them', () => {
    expect(shares(['beta', 'gamma', 'rest'], { beta: 30, gamma: 100 })).toEqual({
      beta: 30,
      gamma: 100,
      rest: 0,
    });
  });

  it('carry their own share as percent(n), which the policy overrules', () => {
    expect(shares(['percent(20)', 'percent(2.5)'], {})).toEqual({ 'percent(20)': 20, 'percent(2.5)': 2 });
    expect(shares(['percent(20)'], { 'percent(20)': 0 })).toEqual({ 'percent(20)': 0 });
  });

  it('are off where the policy does not know them, whatever objects inherit', () => {
    expect(shares(['constructor', 'toString', 'percent(x)'])).toEqual({
      constructor: 0,
      toString: 0,
      'percent(x)': 0,
    });
  });

  it('are drawn one by one for each request', () => {
    const randoms = [0.1, 0.9, 0.9, 0.1];
    const draw = createLabelDraw(['a', 'b'], { a: 50, b: 50 }, () => randoms.shift() ?? 1);
    expect([draw(), draw()]).toEqual([['a'], ['b']]);
  });

  it('cost no random number where none can be on', () => {
    const draw = createLabelDraw(['a', 'percent(0)'], {}, () => {
      throw new Error('drawn');
    });
    expect(draw()).toEqual([]);
  });
});
