import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readManifest } from './read-manifest.ts';

function read(manifest: unknown) {
  const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
  return readManifest('-', Readable.from([text]));
}

const APOLLO = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [{ id: 'dc67510f', name: 'Age', type: 'query', body: 'query Age { me { age } }' }],
};

describe('a manifest', () => {
  it('is read as Apollo writes it', async () => {
    expect((await read(APOLLO)).operations).toEqual([
      { id: 'dc67510f', name: 'Age', body: 'query Age { me { age } }' },
    ]);
  });

  it('is read as Relay writes it, with the names that stand in the operations', async () => {
    const manifest = {
      '1c3e':
        'query AppQuery(\n  $id: ID!\n) {\n  node(id: $id) { ...F }\n}\n\nfragment F on Node {\n  id\n}\n',
      '77ab': '{ me { id } }',
    };
    expect((await read(manifest)).operations.map(({ id, name }) => [id, name])).toEqual([
      ['1c3e', 'AppQuery'],
      ['77ab', '77ab'],
    ]);
  });

  it.each([
    ['is no JSON', '{', 'is not JSON'],
    ['is a list', [], 'neither an Apollo manifest nor'],
    ['is of a newer version', { ...APOLLO, version: 2 }, 'is not version 1'],
    ['has an operation without a body', { ...APOLLO, operations: [{ id: 'a' }] }, 'operation 1 lacks'],
    ['has something else than text', { a: 3 }, 'what stands at "a" is no text'],
    ['has what is no GraphQL', { a: 'query {' }, 'operation a is not GraphQL: Syntax Error'],
    ['is empty', {}, 'has no operations'],
  ])('is refused that %s', async (_what, manifest, message) => {
    await expect(read(manifest)).rejects.toMatchObject({
      exitCode: 3,
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('is refused that is not there', async () => {
    await expect(readManifest('/nowhere/manifest.json', Readable.from([]))).rejects.toMatchObject({
      code: 'NO_MANIFEST',
      message: expect.stringContaining('there is no such file'),
    });
  });
});
