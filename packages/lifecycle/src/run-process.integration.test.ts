import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const fixture = new URL('./run-process.fixture.ts', import.meta.url);

describe('runProcess', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'disposes in reverse order and exits with 0 on %s',
    async (signal) => {
      const child = startFixture('run');
      await ready(child);
      child.kill(signal);
      expect(await endOf(child)).toEqual({
        code: 0,
        stdout: 'disposed second\ndisposed first\n',
        stderr: '',
      });
    },
  );

  it('stops as cleanly when the signal comes during the start', async () => {
    const child = startFixture('slow-start');
    await once(child, 'message');
    child.kill('SIGINT');
    expect(await endOf(child)).toEqual({ code: 0, stdout: 'disposed second\ndisposed first\n', stderr: '' });
  });

  it('ends at once on a second signal', async () => {
    const child = startFixture('hang-on-stop');
    await ready(child);
    child.kill('SIGINT');
    await once(child, 'message');
    child.kill('SIGINT');
    expect(await endOf(child)).toMatchObject({ code: 1 });
  });

  it('ends when its disposal takes longer than it said it may', async () => {
    const child = startFixture('hang-for-a-moment');
    await ready(child);
    child.kill('SIGTERM');
    const { code, stderr } = await endOf(child);
    expect([code, stderr]).toEqual([1, 'fixture: did not stop within 100 ms\n']);
  });

  it('says in one line which port is in use, disposes what it had, and exits with 1', async () => {
    expect(await endOf(startFixture('port-in-use'))).toEqual({
      code: 1,
      stdout: 'disposed first\n',
      stderr: expect.stringMatching(/^fixture: port \d+ on 127\.0\.0\.1 is in use by another process\n$/),
    });
  });

  it.each(['throw-later', 'reject-later'])('does not go on after %s', async (mode) => {
    const { code, stderr } = await endOf(startFixture(mode));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^fixture: Error: nobody caught this\n/);
  });

  it('ends when its parent is gone, even if that was killed', async () => {
    const child = startFixture('run');
    await ready(child);
    child.disconnect();
    expect(await endOf(child)).toMatchObject({ code: 0, stdout: 'disposed second\ndisposed first\n' });
  });

  it('ends when its parent was gone before it had finished its imports', async () => {
    const child = startFixture('run');
    child.disconnect();
    expect(await endOf(child)).toMatchObject({ code: 0 });
  });
});

function startFixture(mode: string): ChildProcess {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'ipc'];
  return fork(fixture, [mode], { stdio });
}

async function ready(child: ChildProcess): Promise<void> {
  await once(child, 'message');
}

async function endOf(child: ChildProcess): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout ?? Readable.from([])),
    text(child.stderr ?? Readable.from([])),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, stdout, stderr };
}
