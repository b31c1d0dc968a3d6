// In: ApolloGateway's options, and requests that Apollo Server has validated. Out: the data that it serialises.
export type { EnginePolicyInput, TributaryGatewayOptions } from './options.ts';
export { TributaryGateway } from './tributary-gateway.ts';
