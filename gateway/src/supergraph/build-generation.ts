import { createHash } from 'node:crypto';
import type { CreateEngine } from '../execute/index.ts';
import { createDocuments } from '../operation/index.ts';
import { createSubgraphClients, type SubgraphClientsOptions } from '../subgraph/index.ts';
import type { BuildGeneration } from './generation.ts';

export interface BuildGenerationOptions extends Omit<SubgraphClientsOptions, 'traffic'> {
  readonly introspection: boolean;
  readonly createEngine: CreateEngine;
}

/** Makes generations out of supergraph texts. Rejects with one line that says what is wrong with the text. */
export function createGenerationBuilder(options: BuildGenerationOptions): BuildGeneration {
  const { introspection, createEngine, logger, ...clientOptions } = options;

  return async (supergraphSdl, policy) => {
    const createSubgraphClient = createSubgraphClients({ ...clientOptions, logger, traffic: policy.traffic });
    const engine = await createEngine(supergraphSdl, {
      createSubgraphClient,
      planning: policy.planning,
      execution: policy.execution,
      logger,
    }).catch(refuse);
    return {
      digest: createHash('sha256').update(supergraphSdl).digest('hex'),
      policy,
      engine,
      documents: createDocuments({ schema: engine.schema, limits: policy.limits, introspection }),
    };
  };
}

function refuse(error: Error): never {
  const [reason] = error.message.trim().split('\n');
  throw new Error(`is not a valid supergraph: ${reason}`, { cause: error });
}
