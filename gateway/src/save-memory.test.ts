import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

describe('saveMemory', () => {
  it('begins anew with a small young generation, as the same process', async () => {
    const { told, pid } = await run([], {});
    expect(told).toEqual({
      pid,
      execArgv: ['--max-semi-space-size=8'],
      program: ['a', 'b c'],
      arenas: '2',
      pool: 8192,
      begun: 1,
    });
  });

  it('keeps what else node was started with, and what the environment says of arenas', async () => {
    const { told } = await run(['--stack-trace-limit=7'], { MALLOC_ARENA_MAX: '1' });
    expect(told).toMatchObject({
      execArgv: ['--max-semi-space-size=8', '--stack-trace-limit=7'],
      arenas: '1',
      begun: 1,
    });
  });

  it.each([
    [['--max-semi-space-size=32'], {}],
    [['--max_semi_space_size=32'], {}],
    [[], { NODE_OPTIONS: '--enable-source-maps --max-semi-space-size=32' }],
  ])('leaves it to who has said the size: %j %j', async (options, env) => {
    const { told } = await run(options, env);
    expect(told).toMatchObject({ execArgv: options, arenas: null, pool: 8192, begun: 0 });
  });

  it('does not leave a process behind that has a channel to it', async () => {
    const { told } = await run([], {}, ['ipc']);
    expect(told).toMatchObject({ execArgv: [], begun: 0 });
  });
});

const MODULE = new URL('./save-memory.ts', import.meta.url);

/** What a process tells of itself; `begun` is 1 where it has begun anew. */
async function run(options: readonly string[], env: Record<string, string>, more: readonly 'ipc'[] = []) {
  const main = join(await mkdtemp(join(tmpdir(), 'save-memory-')), 'main.mjs');
  await writeFile(
    main,
    `import { saveMemory } from ${JSON.stringify(MODULE)};
    const begun = Number(process.env.BEGUN ?? 0);
    saveMemory({ ...process.env, BEGUN: String(begun + 1) });
    console.log(JSON.stringify({
      pid: process.pid, execArgv: process.execArgv, program: process.argv.slice(2),
      arenas: process.env.MALLOC_ARENA_MAX ?? null, pool: Buffer.poolSize, begun,
    }));
    process.channel?.unref();`,
  );
  const child = spawn(process.execPath, [...options, main, 'a', 'b c'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', ...more],
  });
  const ended = once(child, 'exit');
  if (child.stdout === null) throw new Error('stdout is a pipe');
  const told: unknown = JSON.parse(await text(child.stdout));
  expect(await ended).toEqual([0, null]);
  return { told, pid: child.pid };
}
