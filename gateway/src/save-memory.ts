/** Of each half of V8's young generation, in MB. Left to itself it grows to 26 and stays so. */
const SEMI_SPACE = '--max-semi-space-size=8';
/** The threads that compile and collect would otherwise keep a heap each of what they have long freed. */
const ARENAS = { MALLOC_ARENA_MAX: '2' };
/** Node's was 64 KB: who keeps one small body of an answer keeps all of it. */
const BUFFER_POOL_BYTES = 8 * 1024;

/**
 * Begins this process anew with what only its start can say: the same program, process id, arguments and standard streams, 20 ms later.
 * Does nothing where the young generation's size was said, or where that cannot be: a channel to the process that started this
 * one would not outlive it (workers have what their supervisor was started with), and node's permissions may forbid it. docs/decisions/0027-a-fifth-less-memory.md has the numbers.
 */
export function saveMemory(env: NodeJS.ProcessEnv): void {
  Buffer.poolSize = BUFFER_POOL_BYTES;
  const given = [...process.execArgv, ...(env.NODE_OPTIONS ?? '').split(/\s+/)];
  if (given.some((option) => /^--(max|min)[-_]semi[-_]space[-_]size/.test(option))) return;
  if (process.channel !== undefined || process.permission !== undefined || process.platform === 'win32')
    return;
  const [node, ...program] = process.argv;
  const start = [node ?? '', SEMI_SPACE, ...process.execArgv, ...program];
  process.execve?.(process.execPath, start, { ...ARENAS, ...env });
}
