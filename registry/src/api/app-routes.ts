import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type AppList, appName, appVersion, publishAppBody } from '../contract/apps.ts';
import { environmentName } from '../contract/names.ts';
import { publishApp, retireApp } from '../operations/apps.ts';
import { listManifests } from '../store/apps.ts';
import { requireEnvironment } from '../store/environments.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const environmentPath = z.strictObject({ environment: environmentName });
const appPath = z.strictObject({ environment: environmentName, app: appName, version: appVersion });

/** What apps that are out there may send. */
export function appRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { db } = parts;

  app.post('/v1/environments/:environment/apps/:app/:version', async (request, reply) => {
    const path = parseInput(appPath, request.params, 'The path');
    const { environment } = path;
    const actor = await requireCaller(db, request, { action: 'register', environment });
    const { operations } = parseInput(publishAppBody, request.body, 'The body');
    const answer = await publishApp(parts, { ...path, operations, actor });
    return reply.code(answer.changed ? 201 : 200).send(answer);
  });

  app.delete('/v1/environments/:environment/apps/:app/:version', async (request) => {
    const path = parseInput(appPath, request.params, 'The path');
    const { environment } = path;
    const actor = await requireCaller(db, request, { action: 'register', environment });
    return retireApp(parts, { ...path, actor });
  });

  app.get('/v1/environments/:environment/apps', async (request): Promise<AppList> => {
    const { environment } = parseInput(environmentPath, request.params, 'The path');
    await requireCaller(db, request, { action: 'list', environment });
    await requireEnvironment(db, environment);
    const manifests = await listManifests(db, environment);
    return {
      environment,
      apps: manifests.map((manifest) => ({
        app: manifest.app,
        version: manifest.version,
        operations: manifest.operations,
        publishedBy: manifest.created_by,
        publishedAt: manifest.created_at.toISOString(),
        retiredBy: manifest.retired_by,
        retiredAt: manifest.retired_at?.toISOString() ?? null,
      })),
    };
  });
}
