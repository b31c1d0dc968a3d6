import { expect, it } from 'vitest';
import { Asked } from './asked.ts';
import { hashOfText } from './key-hash.ts';

it('asks for each representation once and remembers which node gets which', () => {
  const asked = new Asked(['', '']);
  for (const text of ['a', 'b', 'a', 'c', 'b', 'a']) asked.add(text, hashOfText(text), 0);
  expect(asked.representations).toEqual(['a', 'b', 'c']);
  expect(asked.order).toEqual([0, 1, 0, 2, 1, 0]);
});

it('remembers of what kind each is', () => {
  const asked = new Asked(['', '']);
  asked.add('user', hashOfText('user'), 0);
  asked.add('product', hashOfText('product'), 1);
  asked.add('user', hashOfText('user'), 0);
  asked.add('shop', hashOfText('shop'), 2);
  expect(asked.placeOf).toEqual([0, 1, 2]);
});

it('is not confused by texts that objects have as keys', () => {
  const asked = new Asked(['', '']);
  for (const text of ['constructor', '__proto__', 'toString', '__proto__'])
    asked.add(text, hashOfText(text), 0);
  expect(asked.order).toEqual([0, 1, 2, 1]);
});

it('puts what all representations share around each key', () => {
  const asked = new Asked(['{"id":', '}']);
  for (const key of ['"1"', '"2"', '"1"']) asked.add(key, hashOfText(key), 0);
  expect(asked.representations).toEqual(['{"id":"1"}', '{"id":"2"}']);
  expect(asked.list).toBe('{"id":"1"},{"id":"2"}');
  expect(new Asked(['{"id":', '}']).list).toBe('');
});
