import {
  existsSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { graphiqlHeadersPath, writeGraphiqlHeaders } from './graphiql-headers.ts';

it('keeps the token in a file that only its owner may read, whatever was there before', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'graphiql-'));
  const path = graphiqlHeadersPath(folder.path);
  writeFileSync(path, 'old', { mode: 0o644 });

  writeGraphiqlHeaders(path, 'header.payload.signature');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    authorization: 'Bearer header.payload.signature',
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder.path)).toHaveLength(1);

  writeGraphiqlHeaders(path, undefined);
  expect(existsSync(path)).toBe(false);
});
