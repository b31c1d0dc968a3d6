import type { GraphQLDataSource } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';

// As Apollo Server and Apollo's gateway themselves declares them: no code of either is loaded, and the user brings both.

export type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
export type GatewayLoadOptions = Parameters<GatewayInterface['load']>[0];
export type GatewayLoadResult = Awaited<ReturnType<GatewayInterface['load']>>;
export type GatewayExecutor = NonNullable<GatewayLoadResult['executor']>;
export type GatewayRequestContext = Parameters<GatewayExecutor>[0];
export type GatewayExecutionResult = Awaited<ReturnType<GatewayExecutor>>;
export type SchemaListener = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0];
export type ApolloLogger = GatewayRequestContext['logger'];

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type IncomingOperation = Extract<ProcessOptions, { incomingRequestContext: unknown }>;
type OwnOperation = Exclude<ProcessOptions, { incomingRequestContext: unknown }>;

export type DataSourceResponse = Awaited<ReturnType<GraphQLDataSource['process']>>;
export type DataSourceRequest = ProcessOptions['request'];

// Values of an enum whose module is not loaded here.
export const INCOMING_OPERATION = 'incoming operation' as IncomingOperation['kind'];
export const HEALTH_CHECK = 'health check' as OwnOperation['kind'];
