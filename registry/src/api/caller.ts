import { TributaryError } from '@tributary/errors';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { refusalOf, type Wish } from '../domain/access.ts';
import { authenticate, type Caller } from '../operations/tokens.ts';
import type { Tables } from '../store/tables.ts';

/** Who asks, if they may do that. @throws UNAUTHENTICATED, FORBIDDEN. */
export async function requireCaller(
  db: Kysely<Tables>,
  request: FastifyRequest,
  wish: Wish,
): Promise<Caller> {
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const caller = await authenticate(db, token);
  const refusal = refusalOf(caller, wish);
  if (refusal !== undefined) throw new TributaryError('FORBIDDEN', refusal);
  return caller;
}
