import { expect, it } from 'vitest';
import { fetchDepth, type PlanShape } from './fetch-depth.ts';

const fetch: PlanShape = { kind: 'Fetch' };
const sequence = (...nodes: PlanShape[]): PlanShape => ({ kind: 'Sequence', nodes });
const parallel = (...nodes: PlanShape[]): PlanShape => ({ kind: 'Parallel', nodes });

it.each<[string, PlanShape | undefined, number]>([
  ['no plan', undefined, 0],
  ['one fetch', fetch, 1],
  ['fetches side by side', parallel(fetch, fetch, fetch), 1],
  ['fetches one after the other', sequence(fetch, { kind: 'Flatten', node: fetch }, fetch), 3],
  ['the longest of several ways', sequence(fetch, parallel(fetch, sequence(fetch, fetch)), fetch), 4],
  [
    'a condition that skips the longer way',
    { kind: 'Condition', ifClause: fetch, elseClause: sequence(fetch, fetch) },
    2,
  ],
  ['a condition with one way', { kind: 'Condition', ifClause: fetch }, 1],
])('the depth of %s', (_what, plan, depth) => expect(fetchDepth(plan)).toBe(depth));
