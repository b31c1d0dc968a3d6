import { expect, it } from 'vitest';
import { StatementNames } from './statement-names.ts';

it('names a text from the second time on, always the same', () => {
  const names = new StatementNames();
  expect(names.nameOf('select 1')).toBeUndefined();
  const name = names.nameOf('select 1');
  expect(name).toBeTypeOf('string');
  expect(names.nameOf('select 1')).toBe(name);
});

it('gives different texts different names', () => {
  const names = new StatementNames();
  const named = ['a', 'b', 'a', 'b'].map((text) => names.nameOf(text)).slice(2);
  expect(new Set(named).size).toBe(2);
});

it('never names more texts than the limit', () => {
  const names = new StatementNames(2);
  const texts = Array.from({ length: 10 }, (_, index) => `select ${index}`);
  const named = texts.filter((text) => [names.nameOf(text), names.nameOf(text)].at(1) !== undefined);
  expect(named).toEqual(['select 0', 'select 1']);
});

it('leaves room for texts that come again, however many came once', () => {
  const names = new StatementNames(2);
  for (let index = 0; index < 1_000; index += 1) names.nameOf(`one-off ${index}`);
  expect([names.nameOf('again'), names.nameOf('again')].at(1)).toBeTypeOf('string');
});
