import type { Registry } from '@tributary/telemetry';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { environmentName, subgraphName } from '../contract/names.ts';
import { publishBody, retireBody, type SubgraphList } from '../contract/subgraphs.ts';
import { publish, retire } from '../operations/publish.ts';
import { requireEnvironment } from '../store/environments.ts';
import { readHead } from '../store/releases.ts';
import { requireCaller } from './caller.ts';
import { createChangeCounter } from './count-changes.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const environmentPath = z.strictObject({ environment: environmentName });
const subgraphPath = z.strictObject({ environment: environmentName, subgraph: subgraphName });

/** Publish, retire and list. */
export function subgraphRoutes(app: FastifyInstance, parts: ApiParts, registry: Registry): void {
  const counted = createChangeCounter(registry);
  const { db, composer, workers, policy, now } = parts;
  const change = { db, composer, workers, policy, now, onRelease: parts.live.wake };

  app.post('/v1/environments/:environment/subgraphs/:subgraph/revisions', async (request, reply) => {
    const path = parseInput(subgraphPath, request.params, 'The path');
    const caller = await requireCaller(db, request, { action: 'publish', ...path });
    const body = parseInput(publishBody, request.body, 'The body');
    const answer = await counted('publish', () =>
      publish(change, {
        ...path,
        sdl: body.sdl,
        routingUrl: body.routingUrl,
        commit: body.commit ?? null,
        expectBase: body.expectBase,
        rolloutNotes: body.rolloutNotes ?? null,
        rollbackNotes: body.rollbackNotes ?? null,
        actor: caller,
      }),
    );
    return reply.code(answer.changed ? 201 : 200).send(answer);
  });

  app.delete('/v1/environments/:environment/subgraphs/:subgraph', async (request) => {
    const path = parseInput(subgraphPath, request.params, 'The path');
    const caller = await requireCaller(db, request, { action: 'retire', ...path });
    const { expectBase } = parseInput(retireBody, request.body ?? {}, 'The body');
    return counted('retire', () => retire(change, { ...path, expectBase, actor: caller }));
  });

  app.get('/v1/environments/:environment/subgraphs', async (request): Promise<SubgraphList> => {
    const { environment } = parseInput(environmentPath, request.params, 'The path');
    await requireCaller(db, request, { action: 'list', environment });
    await requireEnvironment(db, environment);
    const head = await readHead(db, environment);
    return {
      environment,
      release: head.number === 0 ? null : head.number,
      composition: head.composition ?? null,
      subgraphs: head.members.map((member) => ({
        name: member.subgraph,
        revision: member.digest,
        routingUrl: member.routing_url,
        commit: member.commit_id,
        author: member.author,
        publishedAt: member.created_at.toISOString(),
      })),
    };
  });
}
