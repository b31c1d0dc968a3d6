import { mkdtempDisposable, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NamedKey, publicKeySetOf } from '@tributary/supergraph-delivery';
import { expect, it, onTestFinished } from 'vitest';
import { loadSigningKey } from './signing-key.ts';

async function inDevelopment() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'signing-key-'));
  onTestFinished(() => folder.remove());
  return { NODE_ENV: 'development', DATABASE_DIRECTORY: folder.path };
}

it('is made at the first start, for its owner alone, and is the same at the next', async () => {
  const env = await inDevelopment();
  const key = await loadSigningKey(env);
  expect(await loadSigningKey(env)).toEqual(key);
  expect((await stat(join(env.DATABASE_DIRECTORY, 'signing-key.json'))).mode & 0o777).toBe(0o600);
  const shown = await readFile(join(env.DATABASE_DIRECTORY, 'public-keys.json'), 'utf8');
  expect(JSON.parse(shown)).toEqual({ keys: [expect.objectContaining({ x: key.x, kid: key.kid })] });
  expect(shown).not.toContain(key.d);
});

it('is one key for all registries that start in the same directory at once, and whole for each', async () => {
  const env = await inDevelopment();
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadSigningKey(env)));
  expect(new Set(keys.map((key) => JSON.stringify(key)))).toHaveLength(1);
  const published = JSON.parse(await readFile(join(env.DATABASE_DIRECTORY, 'public-keys.json'), 'utf8'));
  expect(published).toEqual(publicKeySetOf(keys[0] as NamedKey));
  expect((await readdir(env.DATABASE_DIRECTORY)).toSorted()).toEqual([
    'public-keys.json',
    'signing-key.json',
  ]);
});

it('is the one of the environment where there is one', async () => {
  const key = { kty: 'OKP', kid: 'given', d: 'd' };
  expect(await loadSigningKey({ ...(await inDevelopment()), SIGNING_PRIVATE_JWK: key })).toBe(key);
});

it('is never made in production, nor put in the place of a file that is broken', async () => {
  const env = await inDevelopment();
  await expect(loadSigningKey({ ...env, NODE_ENV: 'production' })).rejects.toThrow(
    'SIGNING_PRIVATE_JWK: is required',
  );
  await writeFile(join(env.DATABASE_DIRECTORY, 'signing-key.json'), '{');
  await expect(loadSigningKey(env)).rejects.toThrow('is not the signing key');
});
