import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explain-'));
  await writeFile(join(folder, 'q.graphql'), '{ me { id } }');
});
afterAll(() => rm(folder, { recursive: true }));

/** The command as npm runs it, for somebody who stands in `folder`. */
function explain(...args: string[]): Promise<{ exitCode: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const command = ['--prefix', root, 'run', '--silent', 'explain', '--', ...args];
    execFile('npm', command, { cwd: folder }, (error, stdout, stderr) => {
      resolve({ exitCode: error?.code ?? 0, stdout, stderr });
    });
  });
}

it('reads files from where the person stands, and ends with 0', async () => {
  const supergraph = join(root, 'infra/supergraph/supergraph.graphql');
  const { exitCode, stdout, stderr } = await explain(
    '--supergraph',
    supergraph,
    '--operation',
    'q.graphql',
    '--code',
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^QueryPlan {\n.*\n'use strict';\n.*return { Run, begin, end, write, .*};\n$/s);
});

it('tells what is wrong on stderr, and ends with a code of its own', async () => {
  expect(await explain('--supergraph', 'none.graphql', '--operation', 'q.graphql')).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: expect.stringMatching(/^none\.graphql: ENOENT/),
  });
});
