import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, privateJwk } from '@tributary/environment';
import { generateSigningKeys, type NamedKey, publicKeySetOf } from '@tributary/supergraph-delivery';

const PRIVATE = 'signing-key.json';
/** For gateways' REGISTRY_PUBLIC_KEYS. */
const PUBLIC = 'public-keys.json';

export interface SigningKeyOptions {
  readonly SIGNING_PRIVATE_JWK?: unknown;
  readonly NODE_ENV: string;
  readonly DATABASE_DIRECTORY: string;
}

/**
 * What deliveries are signed with. In production it is given, since all registries behind one name need the same; elsewhere
 * it is made at the first start and stays in the data directory, with the public half beside it. Registries that start
 * there together get the same one.
 */
export async function loadSigningKey(env: SigningKeyOptions): Promise<NamedKey> {
  if (env.SIGNING_PRIVATE_JWK !== undefined) return env.SIGNING_PRIVATE_JWK as NamedKey;
  if (env.NODE_ENV === 'production') {
    throw new EnvironmentError(['SIGNING_PRIVATE_JWK: is required in production']);
  }
  const path = join(env.DATABASE_DIRECTORY, PRIVATE);
  const known = await readKey(path);
  if (known !== undefined) return known;

  await mkdir(env.DATABASE_DIRECTORY, { recursive: true });
  await writeWhole(path, generateSigningKeys('development').privateJwk);
  // Another registry may have been there first.
  const key = (await readKey(path)) as NamedKey;
  await writeFile(join(env.DATABASE_DIRECTORY, PUBLIC), `${JSON.stringify(publicKeySetOf(key))}\n`);
  return key;
}

// Private:

/** Undefined where there is none yet. */
async function readKey(path: string): Promise<NamedKey | undefined> {
  try {
    return privateJwk().parse(await readFile(path, 'utf8')) as NamedKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} is not the signing key that was put there`, { cause: error });
  }
}

/** Unless there is one: nobody ever reads half of it, and nobody's is written over. */
async function writeWhole(path: string, key: NamedKey): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(key)}\n`, { mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}
