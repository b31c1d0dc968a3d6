import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A PostgreSQL server of this test's own, on a free port of 127.0.0.1, with its data in a temporary directory. */
export interface PostgresqlServer extends AsyncDisposable {
  /** Of the database `postgres`, as its superuser: fit for TEST_DATABASE_URL. */
  readonly url: string;
  /** Resolves when the server accepts connections again, on the same port. */
  start(): Promise<void>;
  /** Cuts off all connections. `immediate` is a crash: the next start recovers from the log. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
}

/** Where PostgreSQL's server programs are on this machine, the newest version; undefined when there are none. */
export function findPostgresqlPrograms(): string | undefined {
  const folders = [
    ...globSync('/usr/lib/postgresql/*/bin'), // Debian
    ...globSync('/{opt/homebrew,usr/local}/opt/postgresql@*/bin'), // Homebrew
    '/usr/bin',
  ];
  const version = (folder: string) => Number(/\d+/.exec(folder)?.[0] ?? 0);
  return folders
    .sort((a, b) => version(b) - version(a))
    .find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Starts a server from the programs of `findPostgresqlPrograms`. About 2 s. Root runs it as the user `postgres`. */
export async function startPostgresqlServer(programs: string): Promise<PostgresqlServer> {
  const user = process.getuid?.() === 0 ? postgresUser() : undefined;
  const directory = mkdtempSync(join(tmpdir(), 'tributary-postgresql-'));
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), initdb, { ...user, cwd: directory, stdio: 'pipe' });
  const port = await freePort();
  let server: ChildProcess | undefined;

  const start = async () => {
    const settings = ['-h', '127.0.0.1', '-p', String(port), '-k', '', '-F', '-c', 'max_connections=50'];
    const started = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
      ...user,
      cwd: directory,
      env: { LC_MESSAGES: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = started;
    let log = '';
    for await (const line of createInterface({ input: started.stderr })) {
      log += `${line}\n`;
      if (line.includes('ready to accept connections')) {
        started.stderr.resume(); // else a full pipe would stop the server
        return;
      }
    }
    throw new Error(`PostgreSQL did not start:\n${log}`);
  };
  const stop = async (mode: 'fast' | 'immediate') => {
    if (server === undefined) return;
    const exited = once(server, 'exit');
    server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    server = undefined;
    await exited;
  };

  await start();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('immediate');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

function postgresUser(): SystemUser {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
