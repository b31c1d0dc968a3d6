import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postGraphQL } from '../src/graphql.ts';
import { root, waitUntil } from '../src/process.ts';

/** Claim 10: `npm start` has a registry of its own, and follows the schemas that are edited. */
const OFFSET = 12_000;
const ENDPOINT = `http://127.0.0.1:${4_000 + OFFSET}/graphql`;

let copy: string;
let schema: string;
let original: string;
let platform: ChildProcess;
let output = '';

beforeAll(async () => {
  // The schemas are edited, so not those of the repository itself.
  copy = await mkdtemp(join(tmpdir(), 'tributary-edit-'));
  for (const folder of ['gateway', 'registry', 'services', 'infra/local', 'queries']) {
    await cp(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !/node_modules/.test(path),
    });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  schema = join(copy, 'services', 'loyalty', 'schema.graphql');
  original = await readFile(schema, 'utf8');
  await start();
});
afterAll(async () => {
  platform.kill('SIGKILL');
  await rm(copy, { recursive: true, force: true, maxRetries: 5 });
});

async function start(): Promise<void> {
  output = '';
  platform = spawn(process.execPath, ['infra/local/src/main.ts'], {
    cwd: copy,
    env: { ...process.env, TRIBUTARY_PORT_OFFSET: String(OFFSET), OTEL_SDK_DISABLED: 'true' },
  });
  for (const stream of [platform.stdout, platform.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const isReady = () => {
    if (platform.exitCode !== null) throw new Error(`It ended with ${platform.exitCode}:\n${output}`);
    return output.includes('curl ');
  };
  await waitUntil('npm start is ready', isReady, 90_000);
}

async function hasField(name: string): Promise<boolean> {
  const { body } = await postGraphQL(ENDPOINT, { query: '{ __type(name: "Query") { fields { name } } }' });
  const { __type } = body.data as { __type: { fields: readonly { name: string }[] } };
  return __type.fields.some((field) => field.name === name);
}

async function edit(text: string): Promise<void> {
  await writeFile(schema, text);
}

const withField = (name: string) => `${original}\nextend type Query { ${name}: Int }\n`;

/** From the write of the file to the first answer of the endpoint that has it. */
async function secondsUntilSeen(name: string): Promise<number> {
  const startedAt = performance.now();
  await edit(withField(name));
  await waitUntil(`${name} is there`, () => hasField(name));
  return (performance.now() - startedAt) / 1_000;
}

it('shows an edited schema.graphql on the endpoint within two seconds', async () => {
  const seconds: number[] = [];
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth'])
    seconds.push(await secondsUntilSeen(name));
  console.log('seconds from an edit to the endpoint:', seconds.map((each) => each.toFixed(2)).join(' '));
  const median = seconds.toSorted((one, other) => one - other)[2];
  expect(median).toBeLessThan(2);
});

it('keeps what it serves while a schema is broken or does not compose, and says why', async () => {
  await edit(withField('before'));
  await waitUntil('it is there', () => hasField('before'));
  await edit(`${original}\nextend type Query {`);
  await waitUntil('it says that this is no schema', () => output.includes('cannot serve the edited schema'));
  expect(await hasField('before')).toBe(true);
  await edit(`${original}\ntype Order @key(fields: "id") { id: Int! }\n`);
  await waitUntil('the registry does not take it', () =>
    /cannot serve the edited schema[\s\S]*(cannot serve the edited schema|does not take the schema of loyalty)/.test(
      output,
    ),
  );
  expect(await hasField('before')).toBe(true);
  expect((await secondsUntilSeen('after')) > 0).toBe(true);
});

it('starts again with what it had, and ends at once on Ctrl-C', async () => {
  platform.kill('SIGINT');
  expect((await once(platform, 'exit'))[0]).toBe(0);
  await start();
  expect(await hasField('after')).toBe(true);
  platform.kill('SIGINT');
  expect((await once(platform, 'exit'))[0]).toBe(0);
});
