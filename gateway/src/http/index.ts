// In: HTTP exchanges. Out: parameters of GraphQL requests to the stages behind, their results as HTTP answers.
export { createGraphQLRoute, type GraphQLRouteOptions } from './graphql-route.ts';
export { createArmObserver, type ObserveArmsOptions } from './observe-arms.ts';
export { createRequestListener, type RequestListenerOptions } from './request-listener.ts';
export type { Exchange, Route } from './routes.ts';
export { createRunOperation } from './run-operation.ts';
