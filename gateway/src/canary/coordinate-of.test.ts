import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import { coordinateOf } from './coordinate-of.ts';

const schema = buildSchema(`
  type Query { people(first: Int): [Person!]! any: Any }
  interface Person { name: String friend: Person }
  type Reader implements Person { name: String friend: Person loans: [Loan] }
  type Loan { title: String }
  union Any = Reader | Loan
`);
const document = parse(`
  query A { folk: people { ...named friend { ... on Reader { loans { title } } } } any { ... on Loan { t: title } __typename } }
  fragment named on Person { alias: name }
`);
const [operation] = document.definitions as [OperationDefinitionNode];

it.each([
  [['folk'], 'Query.people'],
  [['folk', 3, 'alias'], 'Person.name'],
  [['folk', 3, 'friend', 'loans', 0, 'title'], 'Loan.title'],
  [['any', 't'], 'Loan.title'],
  [['folk', 0, 'unknown'], 'Query.people'],
  [['nothing'], undefined],
  [[], undefined],
])('of %j is %s', (path, coordinate) => {
  expect(coordinateOf({ schema, document }, operation, path)).toBe(coordinate);
});
