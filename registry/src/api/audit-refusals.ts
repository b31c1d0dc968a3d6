import { TributaryError } from '@tributary/errors';
import type { FastifyInstance } from 'fastify';
import type { Action } from '../domain/access.ts';
import { appendAudit, hasRefusal } from '../store/audit.ts';
import { attemptOf } from './caller.ts';
import type { ApiParts } from './parts.ts';

/** What a stolen token, or one in the wrong place, would be used for. Reading has no entries, whether it may or not. */
const CHANGES: ReadonlySet<Action> = new Set([
  'publish',
  'retire',
  'release',
  'register',
  'attest',
  'administer',
]);

/** A pipeline or a replica with the wrong token asks again and again; entries are for ever. */
const REPEAT_MS = 10 * 60_000;

/** Puts into the audit log who wanted to change what they may not. What comes with no known token is nobody's. */
export function auditRefusals(app: FastifyInstance, { db, now }: Pick<ApiParts, 'db' | 'now'>): void {
  app.addHook('onError', async (request, _reply, error: unknown) => {
    if (!(error instanceof TributaryError) || error.code !== 'FORBIDDEN') return;
    const attempt = attemptOf(request);
    if (attempt === undefined || !CHANGES.has(attempt.wish.action)) return;
    const { caller, wish } = attempt;
    const { action: wanted, ...where } = wish;
    const at = now();
    const since = new Date(at.getTime() - REPEAT_MS);
    if (await hasRefusal(db, { tokenId: caller.tokenId, wanted, since })) return;
    await appendAudit(db, {
      at,
      actor: caller,
      action: 'request.refuse',
      ...where,
      detail: { wanted, why: error.message },
    });
  });
}
