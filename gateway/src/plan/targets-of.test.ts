import { expect, it } from 'vitest';
import type { FetchNode } from './query-plan.ts';
import { targetsOf } from './targets-of.ts';

const fetch = (rest: Partial<FetchNode> & Pick<FetchNode, 'operation'>): FetchNode => ({
  kind: 'Fetch',
  serviceName: 'users',
  operationKind: 'query',
  ...rest,
});

it('names the root fields, each once, whatever their aliases are', () => {
  expect(targetsOf(fetch({ operation: '{ a: me { id } b: me { id } products { sku } }' }))).toEqual([
    'Query.me',
    'Query.products',
  ]);
  const operation = 'mutation Buy($sku: ID!) { placeOrder(sku: $sku) { id } }';
  expect(targetsOf(fetch({ operation, operationKind: 'mutation' }))).toEqual(['Mutation.placeOrder']);
});

it('names the types of the entities', () => {
  const requires = ['User', 'Order', 'User'].map((typeCondition) => ({
    kind: 'InlineFragment' as const,
    typeCondition,
    selections: [{ kind: 'Field' as const, name: 'id' }],
  }));
  expect(targetsOf(fetch({ operation: 'not looked at', requires }))).toEqual(['User', 'Order']);
});
