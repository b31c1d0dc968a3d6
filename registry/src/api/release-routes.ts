import { TributaryError } from '@tributary/errors';
import type { Registry } from '@tributary/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { digest, environmentName, subgraphName } from '../contract/names.ts';
import { promoteBody, rollbackBody } from '../contract/releases.ts';
import { raiseSequenceBody } from '../contract/sequence.ts';
import type { ReleaseState } from '../domain/release.ts';
import { type ReleaseName, requireRelease } from '../operations/named-release.ts';
import { moveOn, promote } from '../operations/promote.ts';
import { raiseSequenceAbove } from '../operations/raise-sequence.ts';
import { listReleases, readReleaseStatus, readRetirement } from '../operations/release-status.ts';
import { rollback } from '../operations/rollback.ts';
import type { Caller } from '../operations/tokens.ts';
import { requireCaller } from './caller.ts';
import { createChangeCounter } from './count-changes.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const environmentPath = z.strictObject({ environment: environmentName });
const subgraphPath = z.strictObject({ environment: environmentName, subgraph: subgraphName });
const releasePath = z.strictObject({
  environment: environmentName,
  release: z.union([z.literal('current'), z.coerce.number().int().min(1).max(2_147_483_647)]),
});
const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(20),
  before: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
});
const retirementQuery = z.strictObject({ revision: digest.optional() });

/** What was released and how far it is; more traffic for it, or none. */
export function releaseRoutes(app: FastifyInstance, parts: ApiParts, registry: Registry): void {
  const counted = createChangeCounter(registry);
  const { db, policy, now } = parts;
  const advancing = { db, policy, now, onRelease: parts.live.wake };

  app.get('/v1/environments/:environment/releases', async (request) => {
    const { environment } = parseInput(environmentPath, request.params, 'The path');
    const { limit, before } = parseInput(page, request.query, 'The query');
    await requireCaller(db, request, { action: 'list', environment });
    return listReleases(parts, environment, { limit, before });
  });

  app.get('/v1/environments/:environment/releases/:release', async (request) => {
    const { environment, release } = parseInput(releasePath, request.params, 'The path');
    await requireCaller(db, request, { action: 'list', environment });
    return readReleaseStatus(parts, environment, release);
  });

  app.post('/v1/environments/:environment/releases/:release/promote', async (request, reply) => {
    const path = parseInput(releasePath, request.params, 'The path');
    const body = parseInput(promoteBody, request.body ?? {}, 'The body');
    const { to } = body;
    if (to === undefined) {
      const actor = await requireReleaser(request, path.environment);
      const release = await requireOwn(actor, path, ['canary', 'waiting']);
      return counted('step', () =>
        moveOn(advancing, { ...path, release, share: body.share, force: body.force === true, actor }),
      );
    }
    if (body.share !== undefined || body.force === true) {
      throw new TributaryError(
        'BAD_REQUEST',
        'The body: share and force are for a release where it is, without to',
      );
    }
    await requireCaller(db, request, { action: 'list', environment: path.environment });
    const actor = await requireReleaser(request, to);
    assertAll(actor);
    const answer = await counted('promote', () =>
      promote(advancing, {
        ...path,
        to,
        expectBase: body.expectBase,
        rolloutNotes: body.rolloutNotes ?? null,
        rollbackNotes: body.rollbackNotes ?? null,
        actor,
      }),
    );
    return reply.code(answer.changed ? 201 : 200).send(answer);
  });

  app.post('/v1/environments/:environment/releases/:release/rollback', async (request) => {
    const path = parseInput(releasePath, request.params, 'The path');
    const { reason } = parseInput(rollbackBody, request.body ?? {}, 'The body');
    const actor = await requireReleaser(request, path.environment);
    const release = await requireOwn(actor, path, ['canary', 'live']);
    return counted('rollback', () =>
      rollback(advancing, { ...path, release, reason: reason ?? null, actor }),
    );
  });

  app.post('/v1/environments/:environment/sequence', async (request) => {
    const { environment } = parseInput(environmentPath, request.params, 'The path');
    const actor = await requireCaller(db, request, { action: 'administer', environment });
    const { above } = parseInput(raiseSequenceBody, request.body ?? {}, 'The body');
    return raiseSequenceAbove(advancing, { environment, above, actor });
  });

  app.get('/v1/environments/:environment/subgraphs/:subgraph/retirement', async (request) => {
    const { environment, subgraph } = parseInput(subgraphPath, request.params, 'The path');
    const { revision } = parseInput(retirementQuery, request.query, 'The query');
    await requireCaller(db, request, { action: 'list', environment });
    return readRetirement(parts, environment, { subgraph, revision });
  });

  function requireReleaser(request: FastifyRequest, environment: string): Promise<Caller> {
    return requireCaller(db, request, { action: 'release', environment });
  }

  /** The number of what it names. A token of some subgraphs moves only their releases. @throws FORBIDDEN. */
  async function requireOwn(
    caller: Caller,
    { environment, release: name }: { readonly environment: string; readonly release: ReleaseName },
    current: readonly ReleaseState[],
  ): Promise<number> {
    const { subgraph, number } = await requireRelease(db, environment, name, current);
    if (subgraph === null || caller.subgraphs?.includes(subgraph) !== true) assertAll(caller);
    return number;
  }
}

// Private:

function assertAll({ subgraphs }: Caller): void {
  if (subgraphs === null) return;
  const names = subgraphs.join(', ');
  throw new TributaryError('FORBIDDEN', `This token is for ${names}, and the release has more than that.`);
}
