import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * How long `npm start` takes until the home query can be answered: the first time, when the databases are made and
 * seeded, and the second time. Wall seconds, on directories of its own; prints one row a run.
 *
 * Usage: node bench/start-up.ts [--runs N]
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });

console.log('run  first start (s)  second start (s)');
for (let run = 1; run <= Number(values.runs); run++) {
  const directory = await mkdtemp(join(tmpdir(), 'tributary-start-up-'));
  try {
    const [first, second] = [await secondsUntilReady(directory), await secondsUntilReady(directory)];
    console.log(
      `${String(run).padStart(3)}  ${first.toFixed(1).padStart(15)}  ${second.toFixed(1).padStart(16)}`,
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function secondsUntilReady(directory: string): Promise<number> {
  const startedAt = performance.now();
  const env = {
    ...process.env,
    TRIBUTARY_DIRECTORY: directory,
    TRIBUTARY_PORT_OFFSET: '20000',
    OTEL_SDK_DISABLED: 'true',
  };
  const platform = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  await banner(platform);
  const seconds = (performance.now() - startedAt) / 1000;
  platform.kill('SIGINT');
  await once(platform, 'exit');
  return seconds;
}

async function banner(platform: ChildProcess): Promise<void> {
  let output = '';
  for await (const chunk of platform.stdout ?? []) {
    output += chunk;
    if (output.includes('curl ')) return;
  }
  throw new Error(`npm start ended before it was ready:\n${output}`);
}
