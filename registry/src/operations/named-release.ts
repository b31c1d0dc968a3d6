import { TributaryError } from '@tributary/errors';
import type { Kysely } from 'kysely';
import type { ReleaseState } from '../domain/release.ts';
import { requireEnvironment } from '../store/environments.ts';
import { type ReleaseDetails, readRelease } from '../store/release-details.ts';
import { readActive } from '../store/release-states.ts';
import type { Tables } from '../store/tables.ts';

/** A number, or `current`: what it stands for goes by what is to be done. */
export type ReleaseName = number | 'current';

/** @param current the states of the release that `current` stands for, the first that there is. @throws NOT_REGISTERED. */
export async function requireRelease(
  db: Kysely<Tables>,
  environment: string,
  name: ReleaseName,
  current: readonly ReleaseState[],
): Promise<ReleaseDetails> {
  await requireEnvironment(db, environment);
  const number = name === 'current' ? await findCurrent(db, environment, current) : name;
  const release = number === undefined ? undefined : await readRelease(db, environment, number);
  if (release !== undefined) return release;
  const what = name === 'current' ? `no release that is ${current.join(' or ')}` : `no release ${name}`;
  throw new TributaryError('NOT_REGISTERED', `${environment} has ${what}.`);
}

export function releaseConflict({ environment, number, state }: ReleaseDetails, why: string): TributaryError {
  return new TributaryError(
    'RELEASE_CONFLICT',
    `Release ${number} of ${environment} is ${state}: it ${why}.`,
  );
}

// Private:

async function findCurrent(
  db: Kysely<Tables>,
  environment: string,
  states: readonly ReleaseState[],
): Promise<number | undefined> {
  const active = await readActive(db, environment);
  for (const state of states) {
    const release = active.findLast((candidate) => candidate.state === state);
    if (release !== undefined) return release.number;
  }
  return undefined;
}
