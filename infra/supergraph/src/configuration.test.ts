import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readSubgraphs } from './configuration.ts';

const file = (name: string, text: string) => {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'supergraph-'));
  onTestFinished(() => folder.remove());
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

describe('readSubgraphs', () => {
  it("reads this repository's own configuration", () => {
    const subgraphs = readSubgraphs(new URL('../supergraph.yaml', import.meta.url).pathname);

    expect(subgraphs.map(({ name, routingUrl }) => [name, routingUrl])).toEqual([
      ['users', 'http://127.0.0.1:4001/graphql'],
      ['orders', 'http://127.0.0.1:4002/graphql'],
      ['loyalty', 'http://127.0.0.1:4003/graphql'],
    ]);
  });

  it('names the line of a bad value and of an unknown key', () => {
    const path = file(
      'supergraph.yaml',
      'subgraphs:\n  users:\n    routing_url: nowhere\n    schema:\n      file: a.graphql\n      extra: 1\n',
    );

    expect(() => readSubgraphs(path)).toThrow(`${path}:3: subgraphs.users.routing_url: Invalid URL`);
    expect(() => readSubgraphs(path)).toThrow(/:\d+: subgraphs\.users\.schema: Unrecognized key: "extra"/);
  });

  it('names the line of broken YAML', () => {
    const path = file('supergraph.yaml', 'subgraphs:\n  users: [\n');

    expect(() => readSubgraphs(path)).toThrow(/supergraph\.yaml:[23]: /);
  });
});
