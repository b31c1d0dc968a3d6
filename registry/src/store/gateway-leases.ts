import { type Kysely, sql } from 'kysely';
import type { ReleasePolicy } from '../domain/release-policy.ts';
import { leaseBegin } from './attestations.ts';
import type { Tables } from './tables.ts';

export interface GatewayLease {
  readonly gateway: string;
  /** Digests of all supergraphs that it answers requests from. */
  readonly serves: readonly string[];
  /** False: it has not reported for a while, and may have lost the registry only. */
  readonly isLive: boolean;
  /** Whether its last report came after that moment, by the database's clock. */
  readonly reportedSince: boolean;
}

/** Gateways that may still run and serve. One that stops in order says that it serves nothing any more. */
export async function readGatewayLeases(
  db: Kysely<Tables>,
  environment: string,
  policy: Pick<ReleasePolicy, 'gatewayLeaseSeconds' | 'gatewayForgetSeconds'>,
  since = new Date(0),
): Promise<readonly GatewayLease[]> {
  return db
    .selectFrom('gateway_lease')
    .select([
      'gateway',
      'serves',
      sql<boolean>`seen_at > ${leaseBegin(policy.gatewayLeaseSeconds)}`.as('isLive'),
      sql<boolean>`seen_at > ${since}`.as('reportedSince'),
    ])
    .where('environment', '=', environment)
    .where('seen_at', '>', leaseBegin(policy.gatewayForgetSeconds))
    .where(sql<boolean>`cardinality(serves) > 0`)
    .orderBy('gateway')
    .execute();
}

/** Compositions of an environment's releases that have the subgraph, in this revision where one is given. */
export async function readCompositionsWith(
  db: Kysely<Tables>,
  environment: string,
  { subgraph, revision }: { readonly subgraph: string; readonly revision: string | undefined },
): Promise<readonly { readonly number: number; readonly composition: string; readonly state: string }[]> {
  return db
    .selectFrom('release_member')
    .innerJoin('revision', 'revision.id', 'release_member.revision')
    .innerJoin('release', (join) =>
      join
        .onRef('release.environment', '=', 'release_member.environment')
        .onRef('release.number', '=', 'release_member.number'),
    )
    .select(['release.number', 'release.composition', 'release.state'])
    .where('release_member.environment', '=', environment)
    .where('release_member.subgraph', '=', subgraph)
    .$if(revision !== undefined, (query) => query.where('revision.digest', '=', revision ?? ''))
    .orderBy('release.number')
    .execute();
}
