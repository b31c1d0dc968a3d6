import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Workspaces as the picture names them. A glob of several stands for each of them: they must import the same. */
const NODES: Readonly<Record<string, string>> = {
  gateway: 'gateway',
  registry: 'registry',
  services: 'services/*',
  local: 'infra/local',
  'subgraph-kit': 'packages/subgraph',
  ...Object.fromEntries(
    globSync('packages/*', { cwd: root })
      .filter((folder) => folder !== 'packages/subgraph')
      .map((folder) => [folder.slice('packages/'.length), folder]),
  ),
};

it('the picture in docs/architecture.md is what the imports say', async () => {
  const page = await readFile(`${root}/docs/architecture.md`, 'utf8');
  const picture = /```mermaid\nflowchart[^\n]*\n(.*?)```/s.exec(page)?.[1] ?? '';
  const drawn = [...picture.matchAll(/^ *([\w-]+) --> ([\w-]+)$/gm)].map(
    ([, from, to]) => `${from} --> ${to}`,
  );
  expect(drawn.sort()).toEqual([...(await importedEdges())].sort());
});

async function importedEdges(): Promise<ReadonlySet<string>> {
  const edges = new Set<string>();
  for (const [node, pattern] of Object.entries(NODES)) {
    for (const workspace of globSync(pattern, { cwd: root })) {
      for (const imported of await importsOf(workspace)) {
        edges.add(`${node} --> ${imported === 'subgraph' ? 'subgraph-kit' : imported}`);
      }
    }
  }
  return edges;
}

/** The workspaces that a workspace's code imports, tests and their helpers left out. */
async function importsOf(workspace: string): Promise<ReadonlySet<string>> {
  const files = globSync(`${workspace}/src/**/*.ts`, { cwd: root }).filter(
    (file) => !/(\.test|\.fixture|\/testing)(\.ts$|\/)|\.(test|system|fixture)\.ts$/.test(file),
  );
  const texts = await Promise.all(files.map((file) => readFile(`${root}/${file}`, 'utf8')));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/from '@tributary\/([\w-]+)'/g)].map(([, name]) => name ?? ''),
  );
  return new Set(names);
}
