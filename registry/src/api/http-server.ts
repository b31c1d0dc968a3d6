import { TributaryError } from '@tributary/errors';
import {
  type Logger,
  methodLabel,
  metric,
  type Registry,
  runInContext,
  traceparentOf,
} from '@tributary/telemetry';
import { type FastifyInstance, fastify } from 'fastify';
import { appRoutes } from './app-routes.ts';
import { attestationRoutes } from './attestation-routes.ts';
import { auditRefusals } from './audit-refusals.ts';
import { checkRoutes } from './check-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { answerErrors } from './error-answers.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { pageRoutes } from './page-routes.ts';
import type { ApiParts } from './parts.ts';
import { releaseRoutes } from './release-routes.ts';
import { traceOf, traceRequests } from './request-trace.ts';
import { subgraphRoutes } from './subgraph-routes.ts';
import { supergraphRoutes } from './supergraph-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { usageRoutes } from './usage-routes.ts';

export interface HttpServerOptions {
  readonly parts: ApiParts;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly bodyLimitBytes: number;
  /** True from the moment the server begins to stop. */
  readonly isDraining: () => boolean;
}

/** Ends a request whose bytes never come. */
const RECEIVE_TIMEOUT_MS = 60_000;

/** The registry's HTTP side, not yet listening. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { parts, logger, registry, isDraining } = options;
  const durations = metric(registry, 'http_server_request_duration_seconds');
  const app = fastify({
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
  });
  // Only JSON: a browser may send text/plain across sites without asking first.
  app.removeContentTypeParser('text/plain');
  traceRequests(app);
  const answerError = answerErrors(app, logger);
  auditRefusals(app, parts);

  app.addHook('onRequest', (_request, _reply, done) => {
    done(isDraining() ? new TributaryError('SERVICE_UNAVAILABLE', 'The registry is stopping.') : undefined);
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const context = traceOf(request)?.context;
    if (context === undefined) done();
    else runInContext(context, done);
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    // Without it a kept-alive connection would outlast its last answer and hold the server open.
    if (isDraining()) void reply.header('connection', 'close');
    const span = traceOf(request)?.span;
    const traceparent = span && traceparentOf(span);
    if (traceparent !== undefined) void reply.header('server-timing', `trace;desc="${traceparent}"`);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const labels = {
      route: request.routeOptions.url ?? 'unmatched',
      method: methodLabel(request.method),
      status: String(reply.statusCode),
    };
    durations.observe(labels, reply.elapsedTime / 1000);
    done();
  });

  checkRoutes(app, parts, { registry, logger });
  subgraphRoutes(app, parts, registry);
  attestationRoutes(app, parts);
  releaseRoutes(app, parts, registry);
  supergraphRoutes(app, parts);
  deliveryRoutes(app, parts);
  gatewayRoutes(app, parts);
  usageRoutes(app, parts, registry);
  appRoutes(app, parts);
  tokenRoutes(app, parts);
  pageRoutes(app, parts);
  return app;
}
