import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import { toClientPath } from './client-path.ts';

const document = parse(`
  query {
    me: viewer { ...Shelf ... on Reader { cards { id } } }
    viewer { name }
  }
  fragment Shelf on Reader { books: loans { price: fine { amount } } ...Shelf }`);
const operation = document.definitions[0] as OperationDefinitionNode;

it.each([
  ['', ''],
  ['me', 'me'],
  ['me.books.@.price', 'me.books.@.price'],
  ['me.cards.@', 'me.cards.@'],
  ['me.@|[Reader].books', 'me.@.books'],
  ['me|[Reader].books', 'me.books'],
  // What a plan calls otherwise, and what it fetches for itself.
  ['me._tr_books.@._tr_1_price', 'me.books.@.price'],
  ['me.books.@._tr_rq_0_fine.x', 'me.books.@'],
  ['me.nothing.name', 'me'],
])('%s of a plan is %s to the client', (path, expected) => {
  const steps = path === '' ? [] : path.split('.');
  expect(toClientPath(steps, document, operation).join('.')).toBe(expected);
});
