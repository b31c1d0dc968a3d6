import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface SpawnOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What its output must contain before it counts as started. */
  readonly ready: RegExp;
}

export interface StartedProcess extends AsyncDisposable {
  readonly pid: number;
  readonly match: RegExpMatchArray;
}

/** A child process that has said it is ready. It is ended with the disposal, whether it wants to or not. */
export async function spawnUntil({
  command,
  arguments: list,
  env,
  ready,
}: SpawnOptions): Promise<StartedProcess> {
  const child = spawn(command, list, { stdio: ['ignore', 'pipe', 'pipe'], ...(env && { env }) });
  try {
    const match = await readiness(child, ready, `${command} ${list.join(' ')}`);
    if (child.pid === undefined) throw new Error(`${command} has no process id`);
    return { pid: child.pid, match, [Symbol.asyncDispose]: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

// Private:

const MAX_OUTPUT = 20_000;

/** Goes on reading afterwards: a pipe that nobody empties would stop the process. What it says last is told when it dies. */
function readiness(child: ChildProcess, ready: RegExp, name: string): Promise<RegExpMatchArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpMatchArray>();
  let output = '';
  const read = (chunk: unknown) => {
    output = `${output}${chunk}`.slice(-MAX_OUTPUT);
    const match = output.match(ready);
    if (match !== null) resolve(match);
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    if (child.killed) return;
    const message = `${name} ended (${code ?? signal}):\n${output}`;
    console.error(message);
    reject(new Error(message));
  });
  return promise;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(impatience);
}
