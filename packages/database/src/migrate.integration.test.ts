import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { migrationFolder } from '../fixtures/migration-folder.ts';
import { createEmbeddedPool } from './connection-pool.ts';
import { startEmbeddedServer } from './embedded/embedded-server.ts';
import { migrate } from './migrate.ts';

const stack = new AsyncDisposableStack();
let client: pg.PoolClient;
beforeAll(async () => {
  const { pool } = createEmbeddedPool(stack.use(await startEmbeddedServer()), { name: 'test' });
  stack.defer(() => pool.end());
  client = await pool.connect();
  stack.defer(() => client.release());
});
afterAll(() => stack.disposeAsync());
beforeEach(async () => {
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
});

const A = { '0001-a.sql': 'CREATE TABLE a (id int); CREATE INDEX ON a (id);' };
const B = { '0002-b.sql': 'CREATE TABLE b (id int);' };
const C = { '0003-c.sql': 'CREATE TABLE c (id int);' };

async function run(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  using folder = migrationFolder(files);
  return await migrate(client, folder.url);
}
async function tables(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration' ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

it('applies files in the order of their numbers, each once', async () => {
  expect(await run({ ...B, ...A })).toEqual(['0001-a', '0002-b']);
  expect(await run({ ...A, ...B })).toEqual([]);
  expect(await run({ ...A, ...B, ...C })).toEqual(['0003-c']);
  expect(await tables()).toEqual(['a', 'b', 'c']);
});

it('refuses a migration that was edited after it had been applied', async () => {
  await run(A);
  await expect(run({ '0001-a.sql': 'CREATE TABLE a (id bigint);', ...B })).rejects.toThrow(
    'migration 0001-a was edited after it had been applied',
  );
  expect(await tables()).toEqual(['a']);
});

it('takes CRLF and LF line ends for the same text', async () => {
  await run({ '0001-a.sql': 'CREATE TABLE a\n(id int);\n' });
  expect(await run({ '0001-a.sql': 'CREATE TABLE a\r\n(id int);\r\n' })).toEqual([]);
});

it('leaves nothing of a migration that fails, keeps those before it, and goes on once it is mended', async () => {
  const failing = { '0002-b.sql': 'CREATE TABLE b (id int); SELECT 1 / 0;' };
  await expect(run({ ...A, ...failing, ...C })).rejects.toThrow(
    'migration 0002-b failed and was rolled back: error: division by zero',
  );
  expect(await tables()).toEqual(['a']);
  expect(await run({ ...A, ...B, ...C })).toEqual(['0002-b', '0003-c']);
});

it('refuses a new migration that comes before an applied one', async () => {
  await run({ ...A, ...C });
  await expect(run({ ...A, ...B, ...C })).rejects.toThrow(
    'migration 0002-b comes before 0003-c, which is already applied',
  );
});

it('lets an older version start that does not know the newest migration', async () => {
  await run({ ...A, ...B });
  expect(await run(A)).toEqual([]);
});

it('refuses a migration that commits by itself', async () => {
  await expect(run({ '0001-a.sql': 'CREATE TABLE a (id int); COMMIT;' })).rejects.toThrow(
    'must not end its transaction',
  );
});

it.each([
  [{ '1-a.sql': '' }, 'migration 1-a.sql: the name must be like 0001-what-it-does.sql'],
  [{ ...A, '0001-b.sql': '' }, 'migrations 0001-a.sql and 0001-b.sql have the same number'],
])('refuses the file names of %j', async (files, message) => {
  await expect(run(files)).rejects.toThrow(message);
  expect(await tables()).toEqual([]);
});
