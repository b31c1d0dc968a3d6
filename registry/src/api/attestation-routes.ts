import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type AttestationAnswer, attestationBody, withdrawalBody } from '../contract/attestations.ts';
import { environmentName } from '../contract/names.ts';
import { attest, withdraw } from '../operations/attest.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const environmentPath = z.strictObject({ environment: environmentName });

/** What replicas of subgraphs tell: which SDL they serve, and that they stop. */
export function attestationRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { db, policy, now } = parts;
  const advancing = { db, policy, now, onRelease: parts.live.wake };
  const answer: AttestationAnswer = { leaseSeconds: policy.replicaLeaseSeconds };

  app.post('/v1/environments/:environment/attestations', async (request) => {
    const { environment } = parseInput(environmentPath, request.params, 'The path');
    const { digest, ...replica } = parseInput(attestationBody, request.body, 'The body');
    await requireCaller(db, request, { action: 'attest', environment, subgraph: replica.subgraph });
    await attest(advancing, { environment, ...replica }, digest);
    return answer;
  });

  app.delete('/v1/environments/:environment/attestations', async (request) => {
    const { environment } = parseInput(environmentPath, request.params, 'The path');
    const { subgraph, replica } = parseInput(withdrawalBody, request.body, 'The body');
    await requireCaller(db, request, { action: 'attest', environment, subgraph });
    await withdraw(advancing, { environment, subgraph, replica });
    return answer;
  });
}
