import { metric, type Registry } from '@tributary/telemetry';
import type { Kysely } from 'kysely';
import type { ReleasePolicy } from '../domain/release-policy.ts';
import { readCanaries } from '../store/canaries.ts';
import { readEnvironments } from '../store/environments.ts';
import { readSecondsInState } from '../store/release-states.ts';
import type { Tables } from '../store/tables.ts';
import { readWaiting } from './advance.ts';
import { CANARY_DECISIONS } from './canary-watch.ts';

export interface ObservedReleases {
  readonly db: Kysely<Tables>;
  readonly policy: ReleasePolicy;
  readonly registry: Registry;
}

/**
 * Says to whoever scrapes how long releases have been held up, from the database: every registry on it tells the same, after
 * a restart too. While the database is away the last numbers stay, and the scrape works.
 */
export function observeReleases({ db, policy, registry }: ObservedReleases): void {
  const held = metric(registry, 'registry_release_held_seconds');
  const decisions = metric(registry, 'registry_canary_decisions_total');
  // prom-client reads `collect` as a property at each scrape; metric() has made the gauge already.
  Object.assign(held, {
    collect: async () => {
      const seconds = await readHeld(db, policy).catch(() => undefined);
      for (const [environment, { waiting, canary }] of seconds ?? []) {
        held.set({ environment, state: 'waiting' }, waiting);
        held.set({ environment, state: 'canary' }, canary);
        // A counter that begins at its first event has no increase that an alert could see.
        for (const decision of CANARY_DECISIONS) decisions.inc({ environment, decision }, 0);
      }
    },
  });
}

// Private:

interface Held {
  /** Of the release that has waited longest for replicas that do not serve it. */
  readonly waiting: number;
  /** Of the canary, at its share. */
  readonly canary: number;
}

async function readHeld(db: Kysely<Tables>, policy: ReleasePolicy): Promise<ReadonlyMap<string, Held>> {
  const [environments, canaries] = await Promise.all([readEnvironments(db), readCanaries(db)]);
  const held = environments.map(async (environment) => {
    const waiting = (await readWaiting(db, policy, environment)).filter(({ progress }) =>
      progress.some(({ isAttested }) => !isAttested),
    );
    // The newest first.
    const oldest = waiting.at(-1)?.release.number;
    const canary = canaries.find((other) => other.environment === environment);
    return [
      environment,
      {
        waiting: oldest === undefined ? 0 : await readSecondsInState(db, environment, oldest),
        canary: canary?.seconds ?? 0,
      },
    ] as const;
  });
  return new Map(await Promise.all(held));
}
