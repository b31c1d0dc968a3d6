import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export { claimPort } from './claim-port.ts';

export type LogEntry = Readonly<Record<string, unknown>>;

export interface TestProcess extends AsyncDisposable {
  /** The first log entry that has all of these fields, also if it was written before. Rejects when there will be none. */
  logged(fields: LogEntry): Promise<LogEntry>;
  kill(signal: NodeJS.Signals): void;
  readonly end: Promise<ProcessEnd>;
}

export interface ProcessEnd {
  /** Null after a signal that the process did not handle. */
  readonly code: number | null;
  readonly stderr: string;
}

/**
 * Runs a `main.ts` as the system would, with these variables and no others: what the machine has set must not decide.
 * It ends with the test, by the dispose or, if the test itself is killed, by the channel between the two.
 */
export function startTestProcess(main: URL, env: Readonly<Record<string, string>>): TestProcess {
  const options: SpawnOptions = {
    env: { OTEL_SDK_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  };
  const child = spawn(process.execPath, [fileURLToPath(main)], options);
  const log = readLog(child);
  const end = endOf(child);
  return {
    async logged(fields) {
      const found = await log.find(fields);
      if (found !== undefined) return found;
      const { code, stderr } = await end;
      const wanted = JSON.stringify(fields);
      throw new Error(`The process ended (${code}) without logging ${wanted}. ${stderr}${log.last()}`);
    },
    kill: (signal) => void child.kill(signal),
    end,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await end;
    },
  };
}

// Private:

function readLog(child: ChildProcess) {
  if (child.stdout === null) throw new Error('stdout is a pipe');
  const entries: LogEntry[] = [];
  let isOpen = true;
  let change = Promise.withResolvers<void>();
  const tell = () => {
    change.resolve();
    change = Promise.withResolvers();
  };
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      entries.push(JSON.parse(line) as LogEntry);
      tell();
    })
    .on('close', () => {
      isOpen = false;
      tell();
    });

  return {
    /** Undefined when there will be none. */
    async find(fields: LogEntry): Promise<LogEntry | undefined> {
      const wanted = Object.entries(fields);
      for (;;) {
        const found = entries.find((entry) => wanted.every(([name, value]) => entry[name] === value));
        if (found !== undefined) return found;
        if (!isOpen) return undefined;
        await change.promise;
      }
    },
    last: () => JSON.stringify(entries.at(-1)),
  };
}

async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const [stderr, [code]] = await Promise.all([
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stderr };
}
