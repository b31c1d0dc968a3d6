import { createHash } from 'node:crypto';
import { createWithCache, type ResponseCache } from '../cache/index.ts';
import type { CreateEngine } from '../execute/index.ts';
import { createDocuments } from '../operation/index.ts';
import { createSubgraphClients, type SubgraphClientsOptions, SubgraphStates } from '../traffic/index.ts';
import type { BuildGeneration } from './generation.ts';

export interface BuildGenerationOptions
  extends Pick<SubgraphClientsOptions, 'signer' | 'logger' | 'registry'> {
  readonly introspection: boolean;
  readonly createEngine: CreateEngine;
  /** Lives longer than any generation. */
  readonly cache: ResponseCache;
  /** Whether faults that a policy asks for are let happen. */
  readonly injectsFaults: boolean;
}

/** Makes generations out of supergraph texts. Rejects with one line that says what is wrong with the text. */
export function createGenerationBuilder(options: BuildGenerationOptions): BuildGeneration {
  const { introspection, createEngine, logger, cache, injectsFaults, ...clientOptions } = options;
  const states = new SubgraphStates(logger, options.registry);

  return async (supergraphSdl, policy) => {
    const { length: faults } = policy.faults.rules;
    if (faults > 0 && injectsFaults)
      logger.warn({ faults }, 'fetches meet faults on purpose, as the policy says');
    else if (faults > 0) logger.warn('the faults of the policy are left out: TRIBUTARY_FAULTS is not on');
    const createSubgraphClient = createSubgraphClients({
      ...clientOptions,
      logger,
      states,
      traffic: policy.traffic,
      faults: injectsFaults ? policy.faults : undefined,
      withCache: createWithCache({ cache, policy: policy.cache, registry: options.registry, logger }),
    });
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
      documents: createDocuments({
        schema: engine.schema,
        limits: policy.limits,
        introspection,
        plansByLiterals: policy.planning.plansByLiterals,
      }),
    };
  };
}

function refuse(error: Error): never {
  const [reason] = error.message.trim().split('\n');
  throw new Error(`is not a valid supergraph: ${reason}`, { cause: error });
}
