import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSigningKeys, type NamedKey } from '@tributary/supergraph-delivery';
import { z } from 'zod';

/** What opens the local registry and proves what it delivers: as old as its database, and kept beside it. */
export interface RegistryAccess {
  readonly adminToken: string;
  readonly signingKey: NamedKey;
}

const accessSchema = z.object({
  adminToken: z.string(),
  signingKey: z.looseObject({ kty: z.string(), kid: z.string(), d: z.string() }),
});

export function openRegistryAccess(stateDirectory: string): RegistryAccess {
  const path = join(stateDirectory, 'registry-access.json');
  try {
    return accessSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) as RegistryAccess;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(`${path} is damaged: remove ${stateDirectory} to begin anew`, { cause: error });
    }
  }
  const access = {
    adminToken: `trb_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`,
    signingKey: generateSigningKeys('local').privateJwk,
  };
  writeFileSync(path, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  return access;
}
