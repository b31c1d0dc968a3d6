import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export type AuditAction =
  | 'subgraph.publish'
  | 'subgraph.retire'
  | 'app.publish'
  | 'app.retire'
  | 'token.create'
  | 'token.revoke'
  | 'token.import'
  | 'request.refuse'
  | 'environment.raise-sequence'
  | ReleaseAction;

export type ReleaseAction =
  | 'release.promote'
  | 'release.canary'
  | 'release.step'
  | 'release.live'
  | 'release.rollback'
  | 'release.refuse';

export interface AuditEntry {
  readonly at: Date;
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly environment?: string;
  readonly subgraph?: string;
  /** Of what was made: a revision's, or else a composition's. */
  readonly digest?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Who did it: a token, by the name that it was given. */
export interface Actor {
  readonly name: string;
  readonly tokenId: string | null;
}

/** Call it in the transaction of what it tells about: the one is never there without the other. */
export async function appendAudit(db: Kysely<Tables>, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      at: entry.at,
      actor: entry.actor.name,
      token: entry.actor.tokenId,
      action: entry.action,
      environment: entry.environment ?? null,
      subgraph: entry.subgraph ?? null,
      digest: entry.digest ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}

/** Whether one of the newest entries tells the same of this token since then. */
export async function hasRefusal(
  db: Kysely<Tables>,
  {
    tokenId,
    wanted,
    since,
  }: { readonly tokenId: string | null; readonly wanted: string; readonly since: Date },
): Promise<boolean> {
  // By the primary key: refusals must not cost more than what they refuse.
  const newest = await readAudit(db, 200);
  return newest.some(
    ({ action, token, at, detail }) =>
      action === 'request.refuse' && token === tokenId && at >= since && detail.wanted === wanted,
  );
}

/** The newest first, those before `before` where that is given. */
export async function readAudit(db: Kysely<Tables>, limit: number, before?: bigint) {
  return db
    .selectFrom('audit')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0n))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
