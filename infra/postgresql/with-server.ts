import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startPostgresCluster } from './cluster.ts';

/** Runs the command of its arguments with TEST_DATABASE_URL naming a fresh PostgreSQL server, and gives its exit code. */
const [program, ...args] = process.argv.slice(2);
if (program === undefined)
  throw new Error('usage: node infra/postgresql/with-server.ts COMMAND [ARGUMENT ...]');

await using cluster = await startPostgresCluster();
const env = { ...process.env, TEST_DATABASE_URL: cluster.url };
const [code] = await once(spawn(program, args, { env, stdio: 'inherit' }), 'exit');
process.exitCode = typeof code === 'number' ? code : 1;
