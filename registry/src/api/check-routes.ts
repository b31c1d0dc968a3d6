import { metric, type Telemetry } from '@tributary/telemetry';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type CheckAnswer, checkBody } from '../contract/check.ts';
import { environmentName, subgraphName } from '../contract/names.ts';
import { check } from '../operations/check.ts';
import { addPastCheck, type PastCheck } from '../store/past-checks.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const path = z.strictObject({ environment: environmentName, subgraph: subgraphName });

/** A check that fails is an answer, not an error: 200 with `passed: false`. */
export function checkRoutes(
  app: FastifyInstance,
  parts: ApiParts,
  { registry, logger }: Pick<Telemetry, 'registry' | 'logger'>,
): void {
  const checks = metric(registry, 'registry_checks_total');
  app.post('/v1/environments/:environment/subgraphs/:subgraph/check', async (request) => {
    const names = parseInput(path, request.params, 'The path');
    const caller = await requireCaller(parts.db, request, { action: 'check', ...names });
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
    // Only the page lists it: a pipeline need not fail for it.
    await addPastCheck(parts.db, toPast(answer, caller.name, parts.now())).catch((error: unknown) =>
      logger.warn({ err: error }, 'cannot remember that there was a check'),
    );
    return answer;
  });
}

// Private:

function toPast(
  { environment, subgraph, passed, findings }: CheckAnswer,
  actor: string,
  at: Date,
): PastCheck {
  const number = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return {
    environment,
    subgraph,
    at,
    actor,
    passed,
    errors: number('error'),
    warnings: number('warning'),
    findings: findings
      .filter(({ severity }) => severity !== 'notice')
      .map(({ severity, rule, message }) => ({ severity, rule, message })),
  };
}
