import { metric, type Registry } from '@tributary/telemetry';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { environmentName } from '../contract/names.ts';
import { USAGE_LIMITS, type UsageAnswer, usageBody } from '../contract/usage.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const path = z.strictObject({ environment: environmentName });

/** What gateways tell of the requests they answer. */
export function usageRoutes(app: FastifyInstance, { db, usageReports }: ApiParts, registry: Registry): void {
  const reports = metric(registry, 'registry_usage_reports_total');
  app.post(
    '/v1/environments/:environment/usage',
    { bodyLimit: USAGE_LIMITS.bytes },
    async (request): Promise<UsageAnswer> => {
      const { environment } = parseInput(path, request.params, 'The path');
      await requireCaller(db, request, { action: 'report', environment });
      const answer = await usageReports.add(environment, parseInput(usageBody, request.body, 'The body'));
      reports.inc({ outcome: answer.counted ? 'counted' : 'repeated' });
      return answer;
    },
  );
}
