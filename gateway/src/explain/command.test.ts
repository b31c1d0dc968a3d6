import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { explainCommand, USAGE } from './command.ts';

const root = new URL('../../../', import.meta.url);
const readText = (file: string) => readFile(new URL(file, root), 'utf8');

/** The command over the repository's own files, and those given here. */
function explain(command: string, files: Readonly<Record<string, string>> = {}) {
  return explainCommand(command.split(' '), async (file) => files[file] ?? readText(file));
}

const SUPERGRAPH = '--supergraph infra/supergraph/supergraph.graphql';

describe('explain', () => {
  it('prints the plan, each fetch with its number, and no code unless asked', async () => {
    const { exitCode, stdout, stderr } = await explain(`${SUPERGRAPH} --operation queries/home.graphql`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^QueryPlan {\n/);
    expect(stdout.match(/Fetch\(\d, service: "\w+"\)/g)).toEqual([
      'Fetch(0, service: "users")',
      'Fetch(1, service: "loyalty")',
      'Fetch(2, service: "orders")',
      'Fetch(3, service: "loyalty")',
    ]);
    expect(stdout).not.toContain('function');
  });

  it('prints the code behind the plan', async () => {
    const plan = await explain(`${SUPERGRAPH} --operation queries/home.graphql`);
    const { stdout } = await explain(`${SUPERGRAPH} --operation queries/home.graphql --code`);
    expect(stdout.startsWith(`${plan.stdout}\n'use strict';\n`)).toBe(true);
  });

  it('says which fetches travel in one request', async () => {
    const { stdout } = await explain(`${SUPERGRAPH} --operation queries/account.graphql`);
    expect(stdout).toMatch(/\n# One request to loyalty: fetches 1, 5\n$/);
  });

  it('says why nothing was compiled', async () => {
    const files = { 'q.graphql': '{ __schema { description } }' };
    const { exitCode, stdout } = await explain(`${SUPERGRAPH} --operation q.graphql --code`, files);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\n# By the complete executor: introspection\n$/);
  });

  it('compiles for the variables that decide on fields', async () => {
    const files = { 'q.graphql': 'query ($short: Boolean!) { me { id email @skip(if: $short) } }' };
    const long = await explain(`${SUPERGRAPH} --operation q.graphql --code`, files);
    expect(long.stdout).toContain('"email":');
    const short = await explain(
      `${SUPERGRAPH} --operation q.graphql --code --variables {"short":true}`,
      files,
    );
    expect(short.stdout).not.toContain('"email":');
  });

  it('takes one of several operations by its name', async () => {
    const files = { 'q.graphql': 'query A { me { id } } query B { me { email } }' };
    const { stdout } = await explain(`${SUPERGRAPH} --operation q.graphql --operation-name B`, files);
    expect(stdout).toContain('query B__users__0');
    const unnamed = await explain(`${SUPERGRAPH} --operation q.graphql`, files);
    expect(unnamed).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'OPERATION_RESOLUTION_FAILURE: Choose one of its operations: A, B\n',
    });
  });

  it('explains itself', async () => {
    expect(await explain('--help')).toEqual({ exitCode: 0, stdout: USAGE, stderr: '' });
  });
});

describe('explain refuses, with 1,', () => {
  it.each([
    ['an operation that is not GraphQL', 'query {\n  me {', 'q.graphql:2:7', 'Syntax Error: Expected Name'],
    [
      'one that is not valid',
      '{\n  me { idd }\n}',
      'q.graphql:2:8',
      'Cannot query field "idd" on type "User"',
    ],
    [
      'a document without operations',
      'fragment F on User { id }',
      'q.graphql:1:1',
      'Fragment "F" is never used',
    ],
  ])('%s, naming line and column', async (_, source, place, message) => {
    const { exitCode, stdout, stderr } = await explain(`${SUPERGRAPH} --operation q.graphql`, {
      'q.graphql': source,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`\n${place}\n`);
    expect(stderr).toContain(message);
  });

  it('a variable that its type does not accept', async () => {
    const { exitCode, stderr } = await explain(
      `${SUPERGRAPH} --operation queries/account.graphql --variables {}`,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Variable "$order" of required type "ID!" was not provided.');
  });
});

describe('explain gives up, with 3,', () => {
  const home = '--operation queries/home.graphql';
  const invalid = (place: string) => new RegExp(`^${place}: is not a valid supergraph: [^\\n]+\\n$`);
  it.each([
    ['without a supergraph', home, /^--supergraph is missing\n/],
    ['without an operation', SUPERGRAPH, /^--operation is missing\n/],
    [
      'on a file that is not there',
      `${SUPERGRAPH} --operation none.graphql`,
      /^none\.graphql: ENOENT[^\n]+\n$/,
    ],
    ['on an unknown option', '--verbose', /^Unknown option '--verbose'/],
    ['on variables that are no JSON', `${SUPERGRAPH} ${home} --variables {`, /^--variables: /],
    [
      'on variables that are no object',
      `${SUPERGRAPH} ${home} --variables [1]`,
      /^--variables: this is no JSON/,
    ],
    ['on a label that no @override has', `${SUPERGRAPH} ${home} --label new`, /^--label: no @override/],
    [
      'on a subgraph in place of a supergraph',
      `--supergraph services/users/schema.graphql ${home}`,
      invalid('services/users/schema.graphql'),
    ],
    [
      'on an operation in place of a supergraph',
      `--supergraph queries/home.graphql ${home}`,
      invalid('queries/home.graphql'),
    ],
    [
      'on a supergraph that is not GraphQL, naming the place',
      `--supergraph broken ${home}`,
      invalid('broken:1:2'),
    ],
  ])('%s', async (_, command, message) => {
    const { exitCode, stdout, stderr } = await explain(command, { broken: '{' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
