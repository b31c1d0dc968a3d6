import { ApolloServer, type BaseContext } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from '@tributary/telemetry';
import type { GraphQLSchema } from 'graphql';
import type { ErrorFormatter } from './error-formatter.ts';
import type { SubgraphMetrics } from './metrics.ts';
import { operationTelemetry } from './operation-telemetry.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly formatError: ErrorFormatter;
  readonly logger: Logger;
  readonly metrics?: SubgraphMetrics;
  readonly introspection: boolean;
  /** Whether answers say in `cache-control` what @cacheControl in the schema allows. */
  readonly cacheHints?: boolean;
}

/**
 * More than any query plan needs, far below what makes parsing a burden. Apollo Server keeps parsed and validated
 * documents, so only a document's first request pays.
 */
const MAX_TOKENS = 20_000;

/**
 * Apollo Server with everything off that a subgraph behind a gateway does not use. Cache control, unless
 * it is asked for, and inline traces matter most: they wrap every resolver of the schema. Nothing here reads APOLLO_* variables or calls its vendor.
 */
export function createApolloServer<Context extends BaseContext>(
  options: ApolloOptions,
): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema: options.schema,
    introspection: options.introspection,
    formatError: (_formatted, error) => options.formatError(error),
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    logger: options.logger,
    plugins: [
      operationTelemetry(options.metrics),
      options.cacheHints ? ApolloServerPluginCacheControl() : ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
