// In: the policy's knobs. Out: the way to each subgraph, as a client with the policies around it that are on.
export { createSubgraphClients, type SubgraphClientsOptions } from './create-subgraph-clients.ts';
export { withDeadline } from './deadline.ts';
export { SubgraphStates } from './subgraph-states.ts';
