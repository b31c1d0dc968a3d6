import type { Kysely } from 'kysely';
import type { Composed } from '../schema/compose.ts';
import type { Tables } from './tables.ts';

export interface StoredComposition {
  readonly digest: string;
  readonly supergraphSdl: string;
  readonly apiSdl: string;
  readonly hints: readonly string[];
}

export async function findComposition(
  db: Kysely<Tables>,
  digest: string,
): Promise<StoredComposition | undefined> {
  const row = await db.selectFrom('composition').selectAll().where('digest', '=', digest).executeTakeFirst();
  return row && toComposition(row);
}

/** What these inputs were composed to before. */
export async function findCompositionOfInputs(
  db: Kysely<Tables>,
  inputsDigest: string,
): Promise<StoredComposition | undefined> {
  const row = await db
    .selectFrom('composition_input')
    .innerJoin('composition', 'composition.digest', 'composition_input.composition')
    .selectAll('composition')
    .where('composition_input.digest', '=', inputsDigest)
    .executeTakeFirst();
  return row && toComposition(row);
}

/** Twice is once: both tables are addressed by content. */
export async function saveComposition(
  db: Kysely<Tables>,
  inputsDigest: string,
  { digest, supergraphSdl, apiSdl, hints }: Omit<Composed, 'composed'>,
  at: Date,
): Promise<void> {
  await db
    .insertInto('composition')
    .values({
      digest,
      supergraph_sdl: supergraphSdl,
      api_sdl: apiSdl,
      hints: JSON.stringify(hints),
      created_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .insertInto('composition_input')
    .values({ digest: inputsDigest, composition: digest })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

// Private:

interface Row {
  readonly digest: string;
  readonly supergraph_sdl: string;
  readonly api_sdl: string;
  readonly hints: readonly string[];
}

function toComposition({ digest, supergraph_sdl, api_sdl, hints }: Row): StoredComposition {
  return { digest, supergraphSdl: supergraph_sdl, apiSdl: api_sdl, hints };
}
