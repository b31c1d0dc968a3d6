import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type GatewayLease, gatewayReport } from '../contract/gateways.ts';
import { environmentName } from '../contract/names.ts';
import { acceptGatewayReport } from '../operations/gateway-report.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const path = z.strictObject({ environment: environmentName });

/** Of both arms 201 operations at most, each with ten failures and three slow requests. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

/** What gateways tell of themselves and of a canary's two arms. */
export function gatewayRoutes(app: FastifyInstance, { db, policy }: ApiParts): void {
  app.post(
    '/v1/environments/:environment/gateways',
    { bodyLimit: BODY_LIMIT_BYTES },
    async (request): Promise<GatewayLease> => {
      const { environment } = parseInput(path, request.params, 'The path');
      await requireCaller(db, request, { action: 'report', environment });
      await acceptGatewayReport(db, environment, parseInput(gatewayReport, request.body, 'The body'));
      return { leaseSeconds: policy.gatewayLeaseSeconds };
    },
  );
}
