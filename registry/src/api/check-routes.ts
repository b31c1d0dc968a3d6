import { metric, type Registry } from '@tributary/telemetry';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { checkBody } from '../contract/check.ts';
import { environmentName, subgraphName } from '../contract/names.ts';
import { check } from '../operations/check.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const path = z.strictObject({ environment: environmentName, subgraph: subgraphName });

/** A check that fails is an answer, not an error: 200 with `passed: false`. */
export function checkRoutes(app: FastifyInstance, parts: ApiParts, registry: Registry): void {
  const checks = metric(registry, 'registry_checks_total');
  app.post('/v1/environments/:environment/subgraphs/:subgraph/check', async (request) => {
    const names = parseInput(path, request.params, 'The path');
    await requireCaller(parts.db, request, { action: 'check', ...names });
    const body = parseInput(checkBody, request.body, 'The body');
    const answer = await check(parts, {
      ...names,
      sdl: body.sdl,
      routingUrl: body.routingUrl,
      base: body.base,
      maxFetchDepthIncrease: body.maxFetchDepthIncrease,
      allowInconclusive: body.allowInconclusive,
      lint: Object.fromEntries(Object.entries(body.lint).filter(([, level]) => level !== undefined)),
    });
    checks.inc({ outcome: answer.passed ? 'passed' : 'failed' });
    return answer;
  });
}
