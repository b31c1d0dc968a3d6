// In: the places of the supergraph and the policy file. Out: the current generation, on lease.
export { createGenerationBuilder } from './build-generation.ts';
export type { BuildGeneration, Generation } from './generation.ts';
export { type CanaryGeneration, type GenerationLease, Generations } from './generations.ts';
export { startSupergraph } from './start-supergraph.ts';
export { tellSupergraphs } from './tell-supergraphs.ts';
