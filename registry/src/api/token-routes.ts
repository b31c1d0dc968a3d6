import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createTokenBody, type TokenList } from '../contract/tokens.ts';
import { createToken, revoke } from '../operations/tokens.ts';
import { readAudit } from '../store/audit.ts';
import { listTokens } from '../store/tokens.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const tokenPath = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/, 'a token id has 16 hexadecimal digits'),
});
const auditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  before: z.coerce.bigint().optional(),
});

/** Tokens and the audit log: for admins. */
export function tokenRoutes(app: FastifyInstance, { db, now }: ApiParts): void {
  app.post('/v1/tokens', async (request, reply) => {
    const actor = await requireCaller(db, request, { action: 'administer' });
    const {
      name,
      role,
      subgraphs = null,
      environments = null,
    } = parseInput(createTokenBody, request.body, 'The body');
    const created = await createToken(db, { name, role, subgraphs, environments }, { actor, at: now() });
    return reply.code(201).header('cache-control', 'no-store').send(created);
  });

  app.delete('/v1/tokens/:id', async (request, reply) => {
    const { id } = parseInput(tokenPath, request.params, 'The path');
    const actor = await requireCaller(db, request, { action: 'administer' });
    await revoke(db, id, { actor, at: now() });
    return reply.code(204).send();
  });

  app.get('/v1/tokens', async (request): Promise<TokenList> => {
    await requireCaller(db, request, { action: 'administer' });
    const tokens = await listTokens(db);
    return {
      tokens: tokens.map((token) => ({
        id: token.id,
        name: token.name,
        role: token.role,
        subgraphs: token.subgraphs,
        environments: token.environments,
        createdBy: token.created_by,
        createdAt: token.created_at.toISOString(),
        revokedAt: token.revoked_at?.toISOString() ?? null,
      })),
    };
  });

  app.get('/v1/audit', async (request) => {
    await requireCaller(db, request, { action: 'administer' });
    const { limit, before } = parseInput(auditQuery, request.query, 'The query');
    const entries = await readAudit(db, limit, before);
    return { entries: entries.map((entry) => ({ ...entry, id: String(entry.id) })) };
  });
}
