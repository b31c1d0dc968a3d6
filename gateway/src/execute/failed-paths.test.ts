import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import { failedPaths } from './failed-paths.ts';

it('names the root fields that the client asked for, not what the plan added', () => {
  const fetch = { query: '{ viewer { id } me: viewer { id } __typename }', variables: {}, path: [] };
  expect(failedPaths(fetch, client('{ viewer { name } me: viewer { name } }'))).toEqual([['viewer'], ['me']]);
});

it('names each field of each entity', () => {
  const fetch = entityFetch('... on Loan { fine due: dueInDays }', [loan(1), loan(2)], ['loans', '@']);
  expect(failedPaths(fetch, client('{ loans { fine due: dueInDays } }'))).toEqual([
    ['_entities', 0, 'fine'],
    ['_entities', 0, 'due'],
    ['_entities', 1, 'fine'],
    ['_entities', 1, 'due'],
  ]);
});

it('keeps to the fields of the type of the entity', () => {
  const fetch = entityFetch(
    '... on Loan { fine } ... on Reader { balance }',
    [{ __typename: 'Reader' }],
    ['node'],
  );
  expect(failedPaths(fetch, client('{ node { ... on Loan { fine } ... on Reader { balance } } }'))).toEqual([
    ['_entities', 0, 'balance'],
  ]);
});

it('names the entity where the fetch only brought what another one requires', () => {
  const fetch = entityFetch('... on Reader { name }', [{ __typename: 'Reader' }], ['viewer']);
  expect(failedPaths(fetch, client('{ viewer { card } }'))).toEqual([['_entities', 0]]);
});

it('leaves out what @skip and @include leave out', () => {
  const query = 'query ($a: Boolean!) { x @include(if: $a) y @skip(if: $a) }';
  const fetch = { query, variables: { a: false }, path: [] };
  expect(failedPaths(fetch, client('query ($a: Boolean!) { x y }', { a: false }))).toEqual([['y']]);
});

it('stops at a thousand places', () => {
  const fetch = entityFetch('... on Loan { fine }', Array(5000).fill(loan(1)), ['loans', '@']);
  expect(failedPaths(fetch, client('{ loans { ...F } } fragment F on Loan { fine }'))).toHaveLength(1000);
});

function client(source: string, variables = {}) {
  const document = parse(source);
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return { document, operation: operation as OperationDefinitionNode, variables };
}

function entityFetch(selection: string, representations: readonly object[], path: readonly string[]) {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  return { query, variables: { representations }, path };
}

function loan(id: number) {
  return { __typename: 'Loan', id };
}
