import type { TestDatabase } from '@tributary/database/testing';
import { DEMO_PASSWORD, demoUser, MIA, SAM } from '@tributary/demo-data';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { seedDemoUsers } from './seed.ts';
import type { UsersSchema } from './store/schema.ts';
import { findCredentials, listUsers } from './store/users.ts';
import { cheapPasswords, openUsersDatabase } from './testing.ts';

const scale = { users: 300, orders: 6_000 };
const passwords = cheapPasswords();

let database: TestDatabase<UsersSchema>;
beforeAll(async () => {
  database = await openUsersDatabase();
});
beforeEach(() => database.db.deleteFrom('user_account').execute());
afterAll(() => database[Symbol.asyncDispose]());

it('adds the demo users, who sign in with the demo password', async () => {
  expect(await seedDemoUsers({ db: database.db, scale, passwords })).toBe(true);
  expect(await listUsers(database.db, { limit: 1_000 })).toHaveLength(scale.users);

  const { index: _, ...mia } = demoUser(MIA);
  const found = await findCredentials(database.db, mia.email);
  expect(found?.user).toEqual(mia);
  expect(await passwords.verify(DEMO_PASSWORD, found?.passwordHash)).toBe(true);
  expect((await findCredentials(database.db, demoUser(SAM).email))?.user.roles).toEqual(['support']);
});

it('does nothing the second time, and adds what is missing when the scale grows', async () => {
  await seedDemoUsers({ db: database.db, scale, passwords });
  const before = await listUsers(database.db, { limit: 1_000 });
  expect(await seedDemoUsers({ db: database.db, scale, passwords })).toBe(false);
  expect(await listUsers(database.db, { limit: 1_000 })).toEqual(before);

  await seedDemoUsers({ db: database.db, scale: { users: 400, orders: 8_000 }, passwords });
  expect(await listUsers(database.db, { limit: 1_000 })).toHaveLength(400);
});

it('adds each user once when several replicas seed at the same time', async () => {
  const replicas = Array.from({ length: 4 }, () => seedDemoUsers({ db: database.db, scale, passwords }));
  expect((await Promise.all(replicas)).filter((added) => added)).toHaveLength(1);
  expect(await listUsers(database.db, { limit: 1_000 })).toHaveLength(scale.users);
});

it('leaves statistics for the planner, which nothing else gathers in an embedded database', async () => {
  await seedDemoUsers({ db: database.db, scale, passwords });
  const { rows } = await sql`
    select reltuples::integer as rows from pg_class where relname = 'user_account'
  `.execute(database.db);
  expect(rows).toEqual([{ rows: scale.users }]);
});

it('leaves nothing behind when it ends halfway, so that the next run starts over', async () => {
  const large = { users: 12_000, orders: 240_000 };
  const onProgress = (done: number) => {
    if (done === 10_000) throw new Error('killed');
  };
  await expect(seedDemoUsers({ db: database.db, scale: large, passwords, onProgress })).rejects.toThrow(
    'killed',
  );
  expect(await listUsers(database.db, { limit: 1 })).toEqual([]);

  const steps: number[] = [];
  await seedDemoUsers({ db: database.db, scale: large, passwords, onProgress: (done) => steps.push(done) });
  expect(steps).toEqual([5_000, 10_000, 12_000]);
});
