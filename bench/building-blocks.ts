import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@tributary/database';
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys } from '@tributary/identity';
import { createPasswordHasher } from '../services/users/src/passwords/password-hasher.ts';

/**
 * What the parts cost that the decision records weigh: a password hash, an identity assertion (signed, and checked, for a
 * caller not seen before), an embedded database created and opened again. Wall time, one after the other; the median
 * of the runs.
 *
 * Usage: node bench/building-blocks.ts
 */
const keys = await generateIdentityKeys('bench');
const signer = createIdentitySigner({ privateJwk: keys.privateJwk, issuer: 'gateway' });
const verifier = createIdentityVerifier({ jwks: keys.publicJwks, issuers: ['gateway'], audience: 'orders' });
const passwords = createPasswordHasher();
const migrations = new URL('../services/users/migrations/', import.meta.url);
const folder = await mkdtemp(join(tmpdir(), 'tributary-building-blocks-'));

console.log('part                                median (ms)');
await timing('password hash', 15, () => passwords.hash('correct horse battery'));
const assertions: string[] = [];
await timing('identity signed', 2_000, async (run) => {
  assertions.push(await signer.sign({ subject: `user-${run}`, roles: [] }, 'orders'));
});
await timing('identity checked', 2_000, (run) => verifier.verify(assertions[run]));
await timing('embedded database, created', 3, (run) => openAndClose(join(folder, `${run}`)));
await timing('embedded database, opened again', 3, (run) => openAndClose(join(folder, `${run}`)));
await rm(folder, { recursive: true });

// Private:

async function openAndClose(directory: string): Promise<void> {
  await using database = await openDatabase({ name: 'bench', directory, migrations });
  await database.ping();
}

async function timing(part: string, runs: number, work: (run: number) => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await work(run);
    times.push(performance.now() - startedAt);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
  console.log(`${part.padEnd(34)}  ${median.toFixed(3).padStart(11)}`);
}
