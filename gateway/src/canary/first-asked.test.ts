import { expect, it } from 'vitest';
import { firstAsked } from './first-asked.ts';

const entities = (selections: string) =>
  `query Home__orders__1($representations:[_Any!]!){_entities(representations:$representations){${selections}}}`;

it.each([
  ['a root field', '{ mine: me { id } products { sku } }', 'Query.me'],
  ['a mutation', 'mutation Buy($sku: ID!) { placeOrder(sku: $sku) { id } }', 'Mutation.placeOrder'],
  ['a field of an entity', entities('... on User { __typename orders { id } name }'), 'User.orders'],
  [
    'the first of several entities',
    entities('... on User { __typename } ... on Order { points }'),
    'Order.points',
  ],
  ['a condition', entities('... on User { ... @include(if: $b) { orders { id } } }'), 'User.orders'],
  ['a named fragment', `${entities('...part')} fragment part on User { orders { id } }`, 'User.orders'],
  [
    'several fetches in one request',
    'query($a:[_Any!]!,$b:[_Any!]!){_1:_entities(representations:$a){...on User{orders{id}}}_2:_entities(representations:$b){...on Order{id}}}',
    'User.orders',
  ],
])('names %s', (_, query, coordinate) => expect(firstAsked(query)).toBe(coordinate));

it('names nothing where nothing but the type is asked for', () => {
  expect(firstAsked('{ __typename }')).toBeUndefined();
  expect(firstAsked(entities('... on User { __typename }'))).toBeUndefined();
});
