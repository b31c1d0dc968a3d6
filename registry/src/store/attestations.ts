import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

export interface Replica {
  readonly environment: string;
  readonly subgraph: string;
  readonly replica: string;
}

/** False when nothing is new but the time: the replica served this a moment ago. */
export async function saveAttestation(
  db: Kysely<Tables>,
  { environment, subgraph, replica }: Replica,
  digest: string,
  leaseSeconds: number,
): Promise<boolean> {
  const before = await db
    .selectFrom('attestation')
    .select(['digest', sql<boolean>`seen_at > ${leaseBegin(leaseSeconds)}`.as('isLive')])
    .where('environment', '=', environment)
    .where('subgraph', '=', subgraph)
    .where('replica', '=', replica)
    .executeTakeFirst();
  if (before === undefined) {
    await db
      .insertInto('attesting_subgraph')
      .values({ environment, subgraph })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const seen = { digest, seen_at: sql<Date>`clock_timestamp()` };
  await db
    .insertInto('attestation')
    .values({ environment, subgraph, replica, ...seen })
    .onConflict((conflict) => conflict.columns(['environment', 'subgraph', 'replica']).doUpdateSet(seen))
    .execute();
  return before === undefined || !before.isLive || before.digest !== digest;
}

/** It stops, and nobody has to wait until its lease ends. False when it was not there. */
export async function removeAttestation(
  db: Kysely<Tables>,
  { environment, subgraph, replica }: Replica,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('attestation')
    .where('environment', '=', environment)
    .where('subgraph', '=', subgraph)
    .where('replica', '=', replica)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export interface Attestations {
  /** Subgraphs that have ever attested. */
  readonly known: ReadonlySet<string>;
  /** What each live replica serves, by subgraph. */
  readonly served: ReadonlyMap<string, readonly string[]>;
}

export async function readAttestations(
  db: Kysely<Tables>,
  environment: string,
  leaseSeconds: number,
): Promise<Attestations> {
  const rows = await db
    .selectFrom('attesting_subgraph')
    .leftJoin('attestation', (join) =>
      join
        .onRef('attestation.environment', '=', 'attesting_subgraph.environment')
        .onRef('attestation.subgraph', '=', 'attesting_subgraph.subgraph')
        .on('attestation.seen_at', '>', leaseBegin(leaseSeconds)),
    )
    .select(['attesting_subgraph.subgraph', 'attestation.digest'])
    .where('attesting_subgraph.environment', '=', environment)
    .execute();
  const served = new Map<string, string[]>();
  for (const { subgraph, digest } of rows) {
    if (digest !== null) served.set(subgraph, [...(served.get(subgraph) ?? []), digest]);
  }
  return { known: new Set(rows.map(({ subgraph }) => subgraph)), served };
}

/** Those whose leases ended long ago. */
export async function forgetReplicas(db: Kysely<Tables>, olderThanSeconds: number): Promise<void> {
  await db.deleteFrom('attestation').where('seen_at', '<', leaseBegin(olderThanSeconds)).execute();
}

/** Leases begin and end by the clock of the database: those of registries and replicas do not matter. */
export function leaseBegin(leaseSeconds: number) {
  return sql<Date>`clock_timestamp() - make_interval(secs => ${leaseSeconds})`;
}
