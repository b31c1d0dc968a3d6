import type { ApolloServerPlugin } from '@apollo/server';
import { currentSpan } from '@tributary/telemetry';
import type { SubgraphMetrics } from './metrics.ts';

/**
 * Names the request's SERVER span after the operation, as the semantic conventions for GraphQL servers ask:
 * https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/. The document stays out: its literals may be
 * personal data.
 */
export function operationTelemetry(metrics: SubgraphMetrics | undefined): ApolloServerPlugin {
  return {
    async requestDidStart() {
      const startedAtMs = performance.now();
      return {
        async didResolveOperation({ operation, operationName }) {
          const span = currentSpan();
          if (span === undefined || operation === undefined) return;
          span.updateName(operation.operation);
          span.setAttribute('graphql.operation.type', operation.operation);
          if (operationName !== null) span.setAttribute('graphql.operation.name', operationName);
        },
        async willSendResponse({ operation, response }) {
          const failed = response.body.kind === 'single' && response.body.singleResult.errors !== undefined;
          metrics?.operationDuration.observe(
            { operation_type: operation?.operation ?? 'unknown', outcome: failed ? 'error' : 'ok' },
            (performance.now() - startedAtMs) / 1000,
          );
        },
      };
    },
  };
}
