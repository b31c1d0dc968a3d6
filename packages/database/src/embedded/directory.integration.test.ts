import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MIGRATIONS, type Schema } from '../../fixtures/schema.ts';
import { DirectoryLockedError, openDatabase, type Progress } from '../index.ts';
import { lockDirectory } from './directory-lock.ts';

// Each opening takes a second of processor time, and the machine may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tributary-directory-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) await kill(child);
  rmSync(directory, { recursive: true });
});

const open = (onProgress?: (progress: Progress) => void) =>
  openDatabase<Schema>({
    name: 'test',
    directory,
    migrations: MIGRATIONS,
    ...(onProgress && { onProgress }),
  });

function startProcess(action: 'hold' | 'write' | 'crash') {
  const script = new URL('../../fixtures/directory-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, directory, action], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

it('keeps its data from one opening to the next, and tells of progress only while it creates', async () => {
  const progress: Progress[] = [];
  {
    await using first = await open((step) => progress.push(step));
    await first.db.insertInto('thing').values({ id: 1n, name: 'kept' }).execute();
  }
  await using second = await open((step) => progress.push(step));
  expect(await second.db.selectFrom('thing').select('name').execute()).toEqual([{ name: 'kept' }]);
  await expect(open()).rejects.toThrow(DirectoryLockedError); // nor twice in one process
  expect(progress.map(({ done, total }) => [done, total])).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

it('refuses a directory that another process has open, names that process, and gets it once that is killed', async () => {
  const holder = startProcess('hold');
  expect((await holder.lines.next()).value).toBe('open');
  await expect(open()).rejects.toThrow(DirectoryLockedError);
  await expect(open()).rejects.toThrow(`${directory} is in use by another process (pid ${holder.child.pid})`);
  await kill(holder.child);
  await using database = await open();
  await database.ping();
});

it('has every committed row after kill -9 in the middle of writes, three times over', async () => {
  let committed = 0;
  for (let round = 1; round <= 3; round += 1) {
    const writer = startProcess('write');
    expect((await writer.lines.next()).value).toBe('open');
    for (let row = 0; row < 50 * round; row += 1) committed = Number((await writer.lines.next()).value);
    await kill(writer.child);
    for await (const line of writer.lines) committed = Number(line); // what it still printed before it died
  }
  await using database = await open();
  const rows = await database.db.selectFrom('thing').select('id').orderBy('id').execute();
  expect(committed).toBeGreaterThanOrEqual(300);
  // The last row may have been committed and not printed any more.
  expect([committed, committed + 1]).toContain(rows.length);
  expect(rows.every((row, index) => row.id === BigInt(index + 1))).toBe(true);
});

it('starts over when its first creation was cut off', async () => {
  {
    await using _complete = await open();
  }
  rmSync(join(directory, 'created'));
  writeFileSync(join(directory, 'postgresql', 'global', 'pg_control'), 'half a file');
  await using database = await open();
  await database.ping();
});

it('says which directory it cannot open, and lets go of it', async () => {
  {
    await using _complete = await open();
  }
  writeFileSync(join(directory, 'postgresql', 'PG_VERSION'), '9.6\n');
  await expect(open()).rejects.toThrow(`the embedded database in ${directory} does not open`);
  using _lock = lockDirectory(directory);
});

it('takes its process down when its thread dies, after its connections have failed', async () => {
  const { child, lines } = startProcess('crash');
  const errors = createInterface({ input: child.stderr });
  const exited = once(child, 'exit');
  expect((await lines.next()).value).toMatch(/^connection: the embedded database has died: /);
  let stderr = '';
  for await (const line of errors) stderr += line;
  expect(stderr).toContain('the embedded database has died');
  expect((await exited)[0]).toBe(1);
});
