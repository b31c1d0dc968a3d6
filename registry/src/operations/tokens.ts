import { randomBytes, timingSafeEqual } from 'node:crypto';
import { TributaryError } from '@tributary/errors';
import { type Kysely, sql } from 'kysely';
import type { CreatedToken } from '../contract/tokens.ts';
import type { Grant, Role } from '../domain/access.ts';
import { textDigest } from '../schema/digest.ts';
import { type Actor, appendAudit } from '../store/audit.ts';
import type { Tables } from '../store/tables.ts';
import { findToken, hasTokens, insertToken, revokeToken } from '../store/tokens.ts';

/** Who asks, and what they may do. */
export interface Caller extends Actor, Grant {}

/** `trb_<id>_<secret>`: the prefix lets secret scanners find one that was committed somewhere. */
const TOKEN = /^trb_([0-9a-f]{16})_([\w-]{43,200})$/;

/** @throws UNAUTHENTICATED, with the same words for a token that is malformed, unknown or wrong. */
export async function authenticate(db: Kysely<Tables>, token: string | undefined): Promise<Caller> {
  if (token === undefined) {
    throw new TributaryError('UNAUTHENTICATED', 'This needs a token: Authorization: Bearer trb_…');
  }
  const [, id = '', secret = ''] = TOKEN.exec(token) ?? [];
  const stored = await findToken(db, id);
  const isRight = isEqual(textDigest(secret), stored?.secret_hash ?? textDigest(''));
  if (stored === undefined || !isRight || secret === '') {
    throw new TributaryError('UNAUTHENTICATED', 'The registry does not know this token.');
  }
  if (stored.revoked_at !== null) {
    throw new TributaryError(
      'UNAUTHENTICATED',
      `This token was revoked on ${stored.revoked_at.toISOString()}.`,
    );
  }
  const { name, role, subgraphs, environments } = stored;
  return { name, tokenId: stored.id, role, subgraphs, environments };
}

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly subgraphs: readonly string[] | null;
  readonly environments: readonly string[] | null;
}

/** The answer is the only place where the token ever stands. */
export async function createToken(
  db: Kysely<Tables>,
  token: NewToken,
  { actor, at }: { readonly actor: Actor; readonly at: Date },
): Promise<CreatedToken> {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  await db.transaction().execute(async (transaction) => {
    await insertToken(transaction, {
      ...token,
      id,
      secret_hash: textDigest(secret),
      created_by: actor.name,
      created_at: at,
    });
    await appendAudit(transaction, { at, actor, action: 'token.create', detail: { id, ...token } });
  });
  return { id, token: `trb_${id}_${secret}` };
}

/** A second time does nothing. @throws NOT_REGISTERED. */
export async function revoke(
  db: Kysely<Tables>,
  id: string,
  { actor, at }: { readonly actor: Actor; readonly at: Date },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const token = await revokeToken(transaction, id, actor.name, at);
    if (token === undefined) throw new TributaryError('NOT_REGISTERED', `There is no token ${id}.`);
    if (token.revoked_at?.getTime() !== at.getTime()) return;
    await appendAudit(transaction, { at, actor, action: 'token.revoke', detail: { id, name: token.name } });
  });
}

/**
 * Makes the first token of a new registry, an admin's, from the environment. Later starts change nothing: a token that was
 * revoked does not come back with a restart. @throws when the registry has no token and none is given.
 */
export async function importAdminToken(
  db: Kysely<Tables>,
  token: string | undefined,
  at: Date,
): Promise<'imported' | 'kept'> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtext('tributary.registry.tokens'))`.execute(transaction);
    if (await hasTokens(transaction)) return 'kept';
    const [, id, secret] = TOKEN.exec(token ?? '') ?? [];
    if (id === undefined || secret === undefined) {
      throw new Error(
        'this registry has no token yet: set REGISTRY_ADMIN_TOKEN to trb_<16 hexadecimal digits>_<43 random characters or more>',
      );
    }
    const actor = { name: 'environment', tokenId: null };
    const stored = { id, name: 'first admin', role: 'admin', subgraphs: null, environments: null } as const;
    await insertToken(transaction, {
      ...stored,
      secret_hash: textDigest(secret),
      created_by: actor.name,
      created_at: at,
    });
    await appendAudit(transaction, { at, actor, action: 'token.import', detail: { id } });
    return 'imported';
  });
}

// Private:

function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
