import { createHash } from 'node:crypto';
import { type CreateEngine, createApolloEngine } from '../execute/index.ts';
import { createDocuments } from '../operation/index.ts';
import { createSubgraphClients, type SubgraphClientsOptions } from '../subgraph/index.ts';
import type { BuildGeneration } from './generation.ts';

export interface BuildGenerationOptions extends Omit<SubgraphClientsOptions, 'traffic'> {
  readonly introspection: boolean;
}

/** Makes generations out of supergraph texts. Rejects with one line that says what is wrong with the text. */
export function createGenerationBuilder(options: BuildGenerationOptions): BuildGeneration {
  const { introspection, ...clientOptions } = options;

  return async (supergraphSdl, policy) => {
    const createSubgraphClient = createSubgraphClients({ ...clientOptions, traffic: policy.traffic });
    const engine = await build(
      createApolloEngine({ createSubgraphClient, logger: options.logger }),
      supergraphSdl,
    );
    return {
      digest: createHash('sha256').update(supergraphSdl).digest('hex'),
      policy,
      engine,
      documents: createDocuments({ schema: engine.schema, limits: policy.limits, introspection }),
    };
  };
}

async function build(createEngine: CreateEngine, supergraphSdl: string) {
  try {
    return await createEngine(supergraphSdl);
  } catch (error) {
    const [reason] = (error as Error).message.trim().split('\n');
    throw new Error(`is not a valid supergraph: ${reason}`, { cause: error });
  }
}
