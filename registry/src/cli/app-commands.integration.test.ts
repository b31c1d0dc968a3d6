import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestRegistry, type TestEnvironment, type TestRegistry } from '../testing.ts';
import { run } from './run.ts';

const SCHEMA = 'type Query { me: User } type User { id: ID! age: Int }';
const MANIFEST = { aa: 'query Age { me { age } }', bb: 'query Soon { me { nickname } }' };

let registry: TestRegistry;
let environment: TestEnvironment;
let token: string;
let folder: string;
let manifest: string;
beforeAll(async () => {
  registry = await startTestRegistry();
  token = await registry.newToken('app');
  folder = await mkdtemp(join(tmpdir(), 'tributary-app-'));
  manifest = join(folder, 'manifest.json');
  await writeFile(manifest, JSON.stringify(MANIFEST));
});
beforeEach(async () => {
  environment = await registry.newEnvironment();
  await environment.publish('users', SCHEMA);
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function tributary(...argv: string[]) {
  const env = {
    TRIBUTARY_REGISTRY_URL: registry.url,
    TRIBUTARY_TOKEN: token,
    TRIBUTARY_ENVIRONMENT: environment.name,
  };
  return run({ argv, env, stdin: Readable.from([]) });
}

describe('tributary app', () => {
  it('publishes, lists and retires what a version may send', async () => {
    const published = await tributary('app', 'publish', 'ios', '3.1+7', '--manifest', manifest);
    expect(published).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 operations') });
    expect(published.stdout).toContain('could not answer Soon (bb) now: Cannot query field "nickname"');
    const again = await tributary('app', 'publish', 'ios', '3.1+7', '--manifest', manifest);
    expect(again.stdout).toContain('nothing was changed');
    expect((await tributary('app', 'list')).stdout).toMatch(/ios +3\.1\+7 +2 +test app/);
    expect((await tributary('app', 'retire', 'ios', '3.1+7')).stdout).toContain('retired ios 3.1+7');
    expect((await tributary('app', 'list')).stdout).toContain('by test app');
  });

  it('ends with 4 where the version has other operations', async () => {
    await tributary('app', 'publish', 'ios', '1', '--manifest', manifest);
    const other = join(folder, 'other.json');
    await writeFile(other, JSON.stringify({ cc: '{ me { id } }' }));
    expect(await tributary('app', 'publish', 'ios', '1', '--manifest', other)).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('with other operations'),
    });
  });

  it.each([
    ['no manifest is named', ['app', 'publish', 'ios', '1'], '--manifest is missing'],
    ['there is no such file', ['app', 'publish', 'ios', '1', '-m', '/nowhere.json'], 'no such file'],
    ['a version could not be one', ['app', 'retire', 'ios', '../x'], 'a version has letters'],
    ['there is no such version', ['app', 'retire', 'ios', '9'], 'has no manifest of ios 9'],
  ])('ends with 3 where %s', async (_what, argv, message) => {
    expect(await tributary(...argv)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(message) });
  });
});
