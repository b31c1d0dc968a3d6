import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
 * it is made at the first start and stays in the data directory, with the public half beside it.
 */
export async function loadSigningKey(env: SigningKeyOptions): Promise<NamedKey> {
  if (env.SIGNING_PRIVATE_JWK !== undefined) return env.SIGNING_PRIVATE_JWK as NamedKey;
  if (env.NODE_ENV === 'production') {
    throw new EnvironmentError(['SIGNING_PRIVATE_JWK: is required in production']);
  }
  const path = join(env.DATABASE_DIRECTORY, PRIVATE);
  try {
    return privateJwk().parse(await readFile(path, 'utf8')) as NamedKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(`${path} is not the signing key that was put there`, { cause: error });
    }
  }
  const { privateJwk: key } = generateSigningKeys('development');
  await mkdir(env.DATABASE_DIRECTORY, { recursive: true });
  await writeFile(join(env.DATABASE_DIRECTORY, PUBLIC), `${JSON.stringify(publicKeySetOf(key))}\n`);
  await writeFile(path, `${JSON.stringify(key)}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}
