import { expect, it } from 'vitest';
import { summarizeStatement } from './statement-summary.ts';

it.each([
  ['select "id" from "order" where "id" = $1 for update', 'SELECT order'],
  ['insert into "outbox" ("id") values ($1)', 'INSERT outbox'],
  ['update "product" set "stock" = $1', 'UPDATE product'],
  ['DELETE FROM public.thing', 'DELETE public.thing'],
  ['with x as (select 1) select * from x', 'WITH x'],
  ['select i from unnest($1::int[]) as u(i)', 'SELECT'],
  ['begin', 'BEGIN'],
  ['vacuum', 'OTHER'],
  ['', 'OTHER'],
])('calls %j %j', (text, spanName) => {
  expect(summarizeStatement(text).spanName).toBe(spanName);
});

it('cuts a very long text', () => {
  const { attributes } = summarizeStatement(`select ${'1,'.repeat(10_000)}1`);
  expect(String(attributes['db.query.text']).length).toBeLessThan(2_100);
});
