import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A PostgreSQL server of the test's own, in a temporary folder on a free loopback port. */
export interface PostgresCluster extends AsyncDisposable {
  /** URL of the maintenance database, as its superuser. */
  readonly url: string;
  readonly urlOf: (database: string) => string;
  readonly start: () => Promise<void>;
  /** `immediate` is what a crash leaves behind; `fast` is an orderly restart that breaks all connections. */
  readonly stop: (mode: 'fast' | 'immediate') => Promise<void>;
  /** The server's processes stop being scheduled, or go on: a database that hangs without closing a connection. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/**
 * Creates and starts a cluster with the programs that Debian's `postgresql` package installs, or those in
 * POSTGRESQL_BIN. PostgreSQL refuses to run as root: root's cluster runs as the user `postgres`.
 */
export async function startPostgresCluster(): Promise<PostgresCluster> {
  const bin = await binaries();
  const owner: Owner = process.getuid?.() === 0 ? ownerOf('postgres') : {};
  const folder = await mkdtemp(join(tmpdir(), 'postgresql-'));
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(folder, owner.uid, owner.gid);
  const [data, port] = [join(folder, 'data'), await freePort()];

  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    owner,
  );
  let server: ChildProcess | undefined;
  const urlOf = (database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`;
  const start = async () => {
    const settings = [
      'fsync=off',
      'max_connections=300',
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${folder}`,
    ];
    const options = settings.flatMap((setting) => ['-c', setting]);
    server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...options], {
      ...owner,
      stdio: 'ignore',
      detached: true,
    });
    await run(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port), '-t', '0'], owner, 100);
  };
  const stop = async (mode: 'fast' | 'immediate') => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    signalGroup(server, 'SIGCONT');
    server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  };
  await start();
  return {
    url: urlOf('postgres'),
    urlOf,
    start,
    stop,
    freeze: () => signalGroup(server, 'SIGSTOP'),
    thaw: () => signalGroup(server, 'SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server leads a process group of its own, so that a signal reaches every backend. */
function signalGroup(server: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (server?.pid !== undefined) process.kill(-server.pid, signal);
}

async function binaries(): Promise<string> {
  if (process.env.POSTGRESQL_BIN !== undefined) return process.env.POSTGRESQL_BIN;
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined)
    throw new Error('PostgreSQL is not installed: apt-get install postgresql, or set POSTGRESQL_BIN');
  return join('/usr/lib/postgresql', newest, 'bin');
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

function ownerOf(user: string): Owner {
  const id = (kind: string) => Number(execFileSync('id', [kind, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Runs a program to its end; tries again every 50 ms up to `attempts` times while it exits with a failure. */
async function run(program: string, args: readonly string[], owner: Owner, attempts = 1): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const child = spawn(program, args, { ...owner, stdio: ['ignore', 'ignore', 'pipe'] });
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    if (code === 0) return;
    if (attempt === attempts) throw new Error(`${program} exited with ${code}: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
