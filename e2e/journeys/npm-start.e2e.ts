import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Home } from '../src/home.ts';
import { root, waitUntil } from '../src/process.ts';

/** Beside whatever a developer runs on the usual ports. */
const OFFSET = 10_000;
const PORTS = [4000, 4001, 4002, 4003, 4010].flatMap((port) => [port + OFFSET, port + 5000 + OFFSET]);

let directory: string;
let running: ChildProcess | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tributary-start-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));
afterEach(() => void running?.kill('SIGKILL'));

describe('npm start', () => {
  it('prints a curl line that answers with profile, orders and points, and stops without a trace on Ctrl-C', async () => {
    const platform = start();
    await platform.until('curl ');
    const line = /^curl .*$/m.exec(platform.output())?.[0] ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', line]);
    const { data, errors } = JSON.parse(stdout) as { data: Home; errors?: unknown };
    expect(errors).toBeUndefined();
    expect(data.me?.orders.edges[0]?.node.lines.length).toBeGreaterThan(0);
    expect(data.me?.orders.edges.some((edge) => edge.node.pointsEarned !== null)).toBe(true);
    expect(data.me?.loyalty?.tier).toMatch(/^[A-Z]+$/);

    platform.child.kill('SIGINT');
    expect(await platform.exitCode()).toBe(0);
    await expectNothingListens();
  });

  it('leaves no process behind when it is killed', async () => {
    const platform = start();
    await platform.until('curl ');
    platform.child.kill('SIGKILL');
    await platform.exitCode();
    await waitUntil('every port is free', async () => (await listening()).length === 0);
  });

  it('says in one line which port is in use, and starts nothing', async () => {
    const [, usersPort = 0] = PORTS.filter((port) => port < 15_000);
    const squatter = createServer();
    await once(squatter.listen(usersPort, '127.0.0.1'), 'listening');
    const platform = start();
    expect(await platform.exitCode()).toBe(1);
    squatter.close();
    await once(squatter, 'close');
    expect(platform.output()).toContain(String(usersPort));
    expect(platform.output().trim().split('\n')).toHaveLength(1);
    await expectNothingListens();
  });
});

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly until: (text: string) => Promise<void>;
  readonly exitCode: () => Promise<number | null>;
}

/** What `npm start` runs, without npm between the test's signals and it. */
function start(): Started {
  const env = {
    ...process.env,
    TRIBUTARY_DIRECTORY: directory,
    TRIBUTARY_PORT_OFFSET: String(OFFSET),
    OTEL_SDK_DISABLED: 'true',
  };
  const child = spawn(process.execPath, ['infra/local/src/main.ts'], { cwd: root, env });
  running = child;
  const ended = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return {
    child,
    output: () => output,
    until: (text) =>
      waitUntil(
        `npm start prints ${text}`,
        () => {
          if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output}`);
          return output.includes(text);
        },
        60_000,
      ),
    exitCode: async () => (await ended)[0] as number | null,
  };
}

async function expectNothingListens(): Promise<void> {
  expect(await listening()).toEqual([]);
}

async function listening(): Promise<readonly number[]> {
  const answers = await Promise.all(PORTS.map((port) => isListening(port)));
  return PORTS.filter((_, index) => answers[index]);
}

async function isListening(port: number): Promise<boolean> {
  const probe = createServer();
  const listened = once(probe.listen(port, '127.0.0.1'), 'listening').then(
    () => true,
    () => false,
  );
  const free = await listened;
  if (free) {
    probe.close();
    await once(probe, 'close');
  }
  return !free;
}
