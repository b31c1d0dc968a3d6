import type { Kysely } from 'kysely';
import type { LiveRelease } from './releases.ts';
import type { Tables } from './tables.ts';

/** What gateways of an environment are to serve. */
export interface Served {
  /** Rises with every change of what follows. */
  readonly sequence: number;
  readonly salt: string;
  readonly live: LiveRelease;
  /** The share is in percent. */
  readonly canary: (LiveRelease & { readonly share: number }) | undefined;
}

/** By environment; one without a live release has no entry. One statement, so that what it says belongs together. */
export async function readServed(
  db: Kysely<Tables>,
  environments: readonly string[],
): Promise<ReadonlyMap<string, Served>> {
  if (environments.length === 0) return new Map();
  const rows = await db
    .selectFrom('environment')
    .innerJoin('release as live', (join) =>
      join.onRef('live.environment', '=', 'environment.name').on('live.state', '=', 'live'),
    )
    .leftJoin('release as canary', (join) =>
      join.onRef('canary.environment', '=', 'environment.name').on('canary.state', '=', 'canary'),
    )
    .select([
      'environment.name',
      'environment.sequence',
      'environment.salt',
      'live.number',
      'live.composition',
      'canary.number as canaryNumber',
      'canary.composition as canaryComposition',
      'canary.share',
    ])
    .where('environment.name', 'in', environments)
    .execute();
  return new Map(
    rows.map(({ name, sequence, salt, number, composition, canaryNumber, canaryComposition, share }) => [
      name,
      {
        sequence: Number(sequence),
        salt,
        live: { number, digest: composition },
        canary:
          canaryNumber === null || canaryComposition === null || share === null
            ? undefined
            : { number: canaryNumber, digest: canaryComposition, share },
      },
    ]),
  );
}
