import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { claimPort } from '@tributary/lifecycle/testing';
import pg from 'pg';

/** A PostgreSQL server of this test's own, on a free port of 127.0.0.1, with its data in a temporary directory. */
export interface PostgresqlServer extends AsyncDisposable {
  /** Of the database `postgres`, as its superuser: fit for TEST_DATABASE_URL. */
  readonly url: string;
  /** Of a database made with `createDatabase`, or any other. */
  urlOf(database: string): string;
  createDatabase(name: string): Promise<void>;
  /** Resolves when the server accepts connections again, on the same port. */
  start(): Promise<void>;
  /** Cuts off all connections. `immediate` is a crash: the next start recovers from the log. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** All of its processes are halted, or go on: a database that hangs without closing a connection. */
  freeze(): void;
  thaw(): void;
}

/** Where PostgreSQL's server programs are on this machine, the newest version. */
function findPrograms(): string {
  const folders = [
    ...globSync('/usr/lib/postgresql/*/bin'), // Debian
    ...globSync('/{opt/homebrew,usr/local}/opt/postgresql@*/bin'), // Homebrew
    '/usr/bin',
  ];
  const version = (folder: string) => Number(/\d+/.exec(folder)?.[0] ?? 0);
  const found = folders
    .sort((a, b) => version(b) - version(a))
    .find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  if (found === undefined)
    throw new Error("PostgreSQL's server is not installed: apt-get install postgresql");
  return found;
}

/** Starts a server from the programs that Debian or Homebrew installed. About 2 s. Root runs it as user `postgres`. */
export async function startPostgresqlServer(): Promise<PostgresqlServer> {
  const programs = findPrograms();
  const user = process.getuid?.() === 0 ? postgresUser() : undefined;
  const directory = mkdtempSync(join(tmpdir(), 'tributary-postgresql-'));
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), initdb, { ...user, cwd: directory, stdio: 'pipe' });
  const port = await claimPort();
  let server: ChildProcess | undefined;

  const start = async () => {
    const settings = ['-h', '127.0.0.1', '-p', String(port), '-k', '', '-F', '-c', 'max_connections=300'];
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
  const signalAll = (signal: NodeJS.Signals) => {
    if (server?.pid === undefined) return;
    // The server first: it must not start another backend behind our back. Each backend leads a group of its own.
    process.kill(server.pid, signal);
    for (const pid of childrenOf(server.pid)) signalIfAlive(pid, signal);
  };
  const stop = async (mode: 'fast' | 'immediate') => {
    if (server === undefined) return;
    const exited = once(server, 'exit');
    signalAll('SIGCONT'); // halted processes would not see the other signal
    server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    server = undefined;
    await exited;
  };

  await start();
  const urlOf = (database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`;
  return {
    url: urlOf('postgres'),
    urlOf,
    createDatabase: (name) => execute(urlOf('postgres'), `CREATE DATABASE ${pg.escapeIdentifier(name)}`),
    start,
    stop,
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await stop('immediate');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** A backend may have ended since it was listed. */
function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // kill throws nothing else
  }
}

interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

function postgresUser(): SystemUser {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
