import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ProcessPlan } from './process-plans.ts';

export interface ProcessEnd {
  readonly name: string;
  /** `exit code 1`, `signal SIGKILL`, or why it could not be started. */
  readonly reason: string;
  /** The last thing it wrote to stderr. */
  readonly lastWords: string | undefined;
}

export interface Fleet {
  /** The first process to end, for whatever reason. */
  readonly firstEnd: Promise<ProcessEnd>;
  /**
   * SIGTERM to all, in reverse order of the plans: the next is told when the one before has ended, so that the gateway
   * finishes its requests while the subgraphs still answer. Who takes more than 12 s is killed.
   */
  stop(): Promise<void>;
  /** SIGKILL to all, now. */
  kill(): void;
}

/** More than the 10 s that a process gives itself. */
const STOP_TIMEOUT_MS = 12_000;

/**
 * Starts all plans at once. Each process gets an IPC channel on which nothing is ever sent: when this process goes
 * away, even by kill -9, the system closes it and @tributary/lifecycle stops the process. Each is the leader of a
 * process group, so that a Ctrl-C in the terminal reaches this process alone, which passes it on once.
 */
export function startFleet(
  plans: readonly ProcessPlan[],
  onLine: (name: string, line: string) => void,
): Fleet {
  const members = plans.map((plan) => startMember(plan, onLine));
  return {
    firstEnd: Promise.race(members.map((member) => member.ended)),
    async stop() {
      const [last, ...others] = [...members].reverse();
      await last?.stop();
      await Promise.all(others.map((member) => member.stop()));
    },
    kill() {
      for (const member of members) member.signal('SIGKILL');
    },
  };
}

// Private:

interface Member {
  readonly ended: Promise<ProcessEnd>;
  stop(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

function startMember({ name, main, env }: ProcessPlan, onLine: (name: string, line: string) => void): Member {
  const child = spawn(process.execPath, [main], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  let lastWords: string | undefined;
  readLines(child.stdout, (line) => onLine(name, line));
  readLines(child.stderr, (line) => {
    lastWords = line;
    onLine(name, line);
  });
  // 'close', not 'exit': by then its last lines have been read.
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ name, reason: signal === null ? `exit code ${code}` : `signal ${signal}`, lastWords });
    });
    child.once('error', (error) => resolve({ name, reason: error.message, lastWords }));
  });
  const signal = (kind: NodeJS.Signals) => signalChild(child, kind);
  return {
    ended,
    signal,
    async stop() {
      signal('SIGTERM');
      const timer = setTimeout(() => signal('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (stream === null) return;
  createInterface({ input: stream }).on('line', (line) => {
    if (line.trim() !== '') onLine(line);
  });
}

function signalChild(child: ChildProcess, kind: NodeJS.Signals): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(kind);
}
