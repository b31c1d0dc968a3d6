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
  // What `npm start` runs: a signal to npm itself would stay there.
  const platform = spawn(process.execPath, ['infra/local/src/main.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await banner(platform);
  const seconds = (performance.now() - startedAt) / 1000;
  platform.kill('SIGINT');
  await once(platform, 'exit');
  return seconds;
}

/** Resolves when the curl line is printed. Goes on reading: a pipe that nobody empties would stop the platform. */
function banner(platform: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let output = '';
  platform.stdout?.on('data', (chunk) => {
    output += chunk;
    if (output.includes('curl ')) resolve();
  });
  platform.once('exit', () => reject(new Error(`npm start ended before it was ready:\n${output}`)));
  return promise;
}
