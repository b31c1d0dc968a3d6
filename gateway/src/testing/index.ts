// For the gateway's own tests: a federation of real subgraphs, and a gateway in this process in front of it.
export { LIBRARY } from './library.ts';
export { compose, startLibrary, startTestFederation, type TestFederation } from './test-federation.ts';
export { deliveryOf, type QueryAnswer, startTestGateway, type TestGateway } from './test-gateway.ts';
export { type Behaviour, startTestSubgraph, type TestSubgraph } from './test-subgraph.ts';
