import { expect, it } from 'vitest';
import { createInvalidationRoute } from './invalidation-route.ts';

function start(isEverywhere = true) {
  const given: (readonly string[])[] = [];
  const route = createInvalidationRoute('a token of some length', async (tags) => {
    given.push(tags);
    return { entries: 3, isEverywhere };
  });
  return { given, handle: (body: unknown) => route.handle(body, new URLSearchParams()) };
}

it('says how much is forgotten', async () => {
  const { given, handle } = start();
  expect(await handle({ tags: ['type:User', 'User:{"id":"1"}'] })).toEqual({
    status: 200,
    body: { entries: 3, everywhere: true },
  });
  expect(given).toEqual([['type:User', 'User:{"id":"1"}']]);
});

it('asks to be called again where not all have heard of it', async () => {
  expect(await start(false).handle({ tags: ['a'] })).toEqual({
    status: 503,
    body: { entries: 3, everywhere: false },
  });
});

it.each([
  undefined,
  null,
  [],
  'type:User',
  {},
  { tags: [] },
  { tags: 'type:User' },
  { tags: [''] },
  { tags: [7] },
  { tags: ['x'.repeat(1_001)] },
  { tags: Array(1_001).fill('x') },
  { tags: ['a'], all: true },
])('refuses %j and changes nothing', async (body) => {
  const { given, handle } = start();
  expect((await handle(body)).status).toBe(400);
  expect(given).toEqual([]);
});
