import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startPostgresqlServer } from '@tributary/database/testing';

/** Runs the command of its arguments with TEST_DATABASE_URL naming a fresh PostgreSQL server, and gives its exit code. */
const [program, ...args] = process.argv.slice(2);
if (program === undefined)
  throw new Error('usage: node infra/postgresql/with-server.ts COMMAND [ARGUMENT ...]');

await using server = await startPostgresqlServer();
const env = { ...process.env, TEST_DATABASE_URL: server.url };
const [code] = await once(spawn(program, args, { env, stdio: 'inherit' }), 'exit');
process.exitCode = typeof code === 'number' ? code : 1;
