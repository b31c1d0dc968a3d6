import type { Kysely, Selectable } from 'kysely';
import type { RevisionTable, Tables } from './tables.ts';

export async function insertRevision(db: Kysely<Tables>, revision: Selectable<RevisionTable>): Promise<void> {
  await db.insertInto('revision').values(revision).execute();
}
