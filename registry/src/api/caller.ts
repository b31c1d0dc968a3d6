import { TributaryError } from '@tributary/errors';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { refusalOf, type Wish } from '../domain/access.ts';
import { authenticate, type Caller } from '../operations/tokens.ts';
import type { Tables } from '../store/tables.ts';

/** A caller, and what they wanted to do. */
export interface Attempt {
  readonly caller: Caller;
  readonly wish: Wish;
}

const attempts = new WeakMap<FastifyRequest, Attempt>();

/** Who asks, if they may do that. @throws UNAUTHENTICATED, FORBIDDEN. */
export async function requireCaller(
  db: Kysely<Tables>,
  request: FastifyRequest,
  wish: Wish,
): Promise<Caller> {
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const caller = await authenticate(db, token);
  attempts.set(request, { caller, wish });
  const refusal = refusalOf(caller, wish);
  if (refusal !== undefined) throw new TributaryError('FORBIDDEN', refusal);
  return caller;
}

/** Undefined for a request without a token that the registry knows. */
export function attemptOf(request: FastifyRequest): Attempt | undefined {
  return attempts.get(request);
}
