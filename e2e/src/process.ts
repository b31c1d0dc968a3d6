import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { claimPort } from '@tributary/lifecycle/testing';
import type { Deed } from './saboteur.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How long a process may take until it is ready; a seeded first start on two busy cores is the longest. */
const READY_TIMEOUT_MS = 60_000;

export interface ProcessOptions {
  readonly name: string;
  /** Entry point, relative to the repository's root. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** Loads the saboteur into the process. */
  readonly canBeSabotaged?: boolean | undefined;
  /** Every write to a file fails, of the process and its threads, as where a quota is used up. Folders can be made. */
  readonly cannotWriteFiles?: boolean | undefined;
}

/** One real process of the platform: started, killed and started again as an operator or a crash would. */
export interface PlatformProcess extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly adminUrl: string;
  /** Everything it has written since its first start, both streams. */
  readonly log: () => string;
  readonly start: () => Promise<void>;
  /** Sends the signal and waits for the end; gives the exit code, or null when a signal ended it. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
  /** Stops it from being scheduled, or lets it go on: a process that hangs without closing a connection. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Of the running process. */
  readonly pid: () => number;
  /** Does it from inside the process; a block is over when this resolves, a clock is set. */
  readonly sabotage: (deed: Deed) => Promise<void>;
}

export async function createPlatformProcess(options: ProcessOptions): Promise<PlatformProcess> {
  const [port, adminPort] = [await claimPort(), await claimPort()];
  const [url, adminUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`];
  let child: ChildProcess | undefined;
  let log = '';

  const start = async () => {
    const env = {
      ...options.env,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      PATH: process.env.PATH ?? '',
      ...(options.canBeSabotaged && { NODE_OPTIONS: `--import ${new URL('saboteur.ts', import.meta.url)}` }),
    };
    // The IPC channel ends the child with this process, however that ends.
    const [command = '', ...args] = [
      // The shell becomes the process: signals, streams and the IPC channel are its own. EFBIG takes the place of ENOSPC.
      ...(options.cannotWriteFiles ? ['/bin/sh', '-c', 'ulimit -f 0; exec "$0" "$@"'] : []),
      process.execPath,
      options.main,
    ];
    const started = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream?.on('data', (chunk) => (log += chunk));
    await untilReady(options.name, adminUrl, started, () => log);
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    const [code] = await ended;
    return code as number | null;
  };
  return {
    name: options.name,
    url,
    adminUrl,
    log: () => log,
    start,
    stop,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    pid: () => {
      if (child?.pid === undefined) throw new Error(`${options.name} does not run`);
      return child.pid;
    },
    sabotage: async (deed) => {
      if (child === undefined || !options.canBeSabotaged) throw new Error(`${options.name} has no saboteur`);
      const done = once(child, 'message');
      child.send(deed);
      await done;
    },
    [Symbol.asyncDispose]: async () => void (await stop('SIGKILL')),
  };
}

async function untilReady(
  name: string,
  adminUrl: string,
  child: ChildProcess,
  log: () => string,
): Promise<void> {
  await waitUntil(
    `${name} is ready`,
    async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${log()}`);
      const response = await fetch(`${adminUrl}/health/ready`).catch(() => undefined);
      return response?.ok === true;
    },
    READY_TIMEOUT_MS,
  );
}

/** Asks every 20 ms until the condition holds; the failure names it. */
export async function waitUntil(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
