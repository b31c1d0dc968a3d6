import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '@tributary/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openUsersDatabase } from '../testing.ts';
import type { UsersSchema } from './schema.ts';
import { findCredentials, findUsers, insertUser, listUsers, replacePasswordHash } from './users.ts';

let database: TestDatabase<UsersSchema>;
beforeAll(async () => {
  database = await openUsersDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

it('lets one of many that race for an address win', async () => {
  const attempts = Array.from({ length: 20 }, () => insertUser(database.db, account('race@example.com')));
  const winners = (await Promise.all(attempts)).filter((user) => user !== undefined);
  expect(winners).toEqual([
    {
      ...winners[0],
      email: 'race@example.com',
      displayName: 'Someone',
      roles: [],
      createdAt: expect.any(Date),
    },
  ]);
});

it('finds those of the ids that exist', async () => {
  const first = await insertUser(database.db, account('first@example.com'));
  const second = await insertUser(database.db, account('second@example.com'));
  const found = await findUsers(database.db, [second?.id ?? '', randomUUID(), first?.id ?? '']);
  expect(new Set(found)).toEqual(new Set([first, second]));
});

it('walks through users who signed up in the same millisecond without losing or repeating one', async () => {
  const createdAt = new Date('2020-01-01T00:00:00.123Z');
  const rows = Array.from({ length: 7 }, (_, index) => ({
    id: randomUUID(),
    email: `same-${index}@example.com`,
    display_name: 'Someone',
    password_hash: 'hash',
    created_at: createdAt,
  }));
  await database.db.insertInto('user_account').values(rows).execute();

  const first = await listUsers(database.db, { limit: 3 });
  const second = await listUsers(database.db, { limit: 3, after: first.at(-1) });
  const third = await listUsers(database.db, { limit: 1, after: second.at(-1) });
  const ids = [...first, ...second, ...third].map(({ id }) => id);
  expect(ids).toEqual(rows.map(({ id }) => id).sort());
});

it('replaces only the password hash that was verified', async () => {
  const user = await insertUser(database.db, account('rehash@example.com'));
  await replacePasswordHash(database.db, user?.id ?? '', 'an older hash', 'new');
  expect((await findCredentials(database.db, 'rehash@example.com'))?.passwordHash).toBe('hash');
  await replacePasswordHash(database.db, user?.id ?? '', 'hash', 'new');
  expect((await findCredentials(database.db, 'rehash@example.com'))?.passwordHash).toBe('new');
});

function account(email: string) {
  return { id: randomUUID(), email, displayName: 'Someone', passwordHash: 'hash' };
}
