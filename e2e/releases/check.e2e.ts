import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegistryPlatform, startRegistry } from '../src/registry.ts';

/** Claim 1: a team learns in its own pipeline what its change would do, with the lines, the reason, and how sure that is. */
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable"])`;
const CATALOGUE = `${LINK}
type Query {
  top: Product
}
type Product @key(fields: "id") {
  id: ID!
  name: String
  price: Int @shareable
}
`;
const PRICING = `${LINK}
type Product @key(fields: "id") {
  id: ID!
  price: Int @shareable
}
`;
const MANIFEST = JSON.stringify({ t1: 'query Top { top { name price } }' });

let platform: RegistryPlatform;
let folder: string;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-check-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  platform = stack.use(await startRegistry({ ATTESTATION: 'off' }));
  await publish('catalogue', CATALOGUE);
  await publish('pricing', PRICING);
  expect(await platform.tributary(['app', 'publish', 'ios', '1', '-m', '-'], MANIFEST)).toMatchObject({
    code: 0,
  });
});
afterAll(() => stack.disposeAsync());

async function publish(subgraph: string, sdl: string) {
  const args = [
    'subgraph',
    'publish',
    subgraph,
    '--schema',
    '-',
    '--routing-url',
    `http://${subgraph}.test/graphql`,
  ];
  expect(await platform.tributary(args, sdl)).toMatchObject({ code: 0 });
}

async function check(sdl: string, ...options: string[]) {
  const file = join(folder, 'schema.graphql');
  await writeFile(file, sdl);
  return platform.tributary(['subgraph', 'check', 'catalogue', '--schema', file, ...options]);
}

describe('tributary subgraph check', () => {
  it('passes what is there, and names the base to publish on', async () => {
    expect(await check(CATALOGUE)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^check passed: catalogue .*--expect-base [0-9a-f]{64}/s),
    });
  });

  it('fails what does not compose, at the line of the pull request', async () => {
    const { code, stdout } = await check(
      CATALOGUE.replace('price: Int', 'price: String'),
      '--format',
      'github',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error file=[^,]*schema\.graphql,line=8,.*FIELD_TYPE_MISMATCH/m);
  });

  it('fails a change that breaks a registered app, and says why', async () => {
    const { code, stdout } = await check(CATALOGUE.replace('  name: String\n', ''), '--format', 'sarif');
    expect(code).toBe(1);
    const [run] = (
      JSON.parse(stdout) as { runs: { results: { ruleId: string; message: { text: string } }[] }[] }
    ).runs;
    const result = run?.results.find(({ ruleId }) => ruleId === 'breaking/FIELD_REMOVED');
    expect(JSON.stringify(result)).toContain('schema.graphql');
    expect(result?.message.text).toContain('operations of registered apps use it');
    expect(result?.message.text).toContain('app ios 1 (Top)');
  });

  it('says of a change that nobody is known to need that too little is known', async () => {
    const wider = CATALOGUE.replace('name: String', 'name: String\n  old: Int');
    await publish('catalogue', wider);
    const { code, stdout } = await check(CATALOGUE, '--format', 'json');
    const { findings } = JSON.parse(stdout).data as { findings: { verdict?: object }[] };
    expect({ code, verdicts: findings.flatMap(({ verdict }) => verdict ?? []) }).toMatchObject({
      code: 1,
      verdicts: [{ kind: 'inconclusive', samples: 0 }],
    });
    expect(await check(CATALOGUE, '--allow-inconclusive')).toMatchObject({ code: 0 });
    await publish('catalogue', CATALOGUE);
  });

  it('fails an operation that needs more fetches one after the other, with both plans', async () => {
    const without = CATALOGUE.replace('  price: Int @shareable\n', '');
    expect(await check(without)).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await check(without, '--max-fetch-depth-increase', '0');
    const told = stdout + stderr;
    expect(code).toBe(1);
    expect(told).toContain('Top of app ios 1 would need 2 fetches one after the other instead of 1');
    expect(told.match(/QueryPlan \{/g)).toHaveLength(2);
    expect(told).toContain('Flatten(path: "top")');
  });

  it('fails a lint rule that the team has made an error', async () => {
    const named = CATALOGUE.replace('  name: String', '  name: String\n  Shouted: Int');
    expect(await check(named)).toMatchObject({ code: 0 });
    expect(await check(named, '--lint', 'field-name=error')).toMatchObject({ code: 1 });
  });

  it('writes nothing: what it checked is not there', async () => {
    const { stdout } = await platform.tributary(['supergraph', 'fetch']);
    expect(stdout).not.toContain('Shouted');
  });

  it('ends with a code of its own for bad input, for no answer in time, and for a registry that is away', async () => {
    expect(await check('type {')).toMatchObject({ code: 3 });
    platform.registry.freeze();
    expect(await check(CATALOGUE, '--timeout', '1')).toMatchObject({ code: 2 });
    platform.registry.thaw();
    expect(await check(CATALOGUE, '--registry', 'http://127.0.0.1:9')).toMatchObject({ code: 5 });
  });
});
