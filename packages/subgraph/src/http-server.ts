import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { runWithin } from '@tributary/deadline';
import { TributaryError } from '@tributary/errors';
import { IDENTITY_HEADER, type Identity, type IdentityVerifier } from '@tributary/identity';
import { methodLabel, runInContext } from '@tributary/telemetry';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { SubgraphDefinition } from './definition.ts';
import type { ErrorFormatter } from './error-formatter.ts';
import { toHttpError } from './http-error.ts';
import { type SubgraphMetrics, withMetrics } from './metrics.ts';
import { answerInTime, type RequestDeadline, startRequestDeadline } from './request-deadline.ts';
import { endRequestSpan, endRequestSpanOnClose, type RequestSpan, startRequestSpan } from './request-span.ts';
import type { TimeBudget } from './time-budget.ts';

export interface HttpServerOptions<Context extends object> {
  /** The one that answers now. Requests in flight end on the one they began with. */
  readonly apollo: () => ApolloServer<Context>;
  readonly createContext: SubgraphDefinition<Context>['createContext'];
  readonly verifier: IdentityVerifier;
  readonly formatError: ErrorFormatter;
  readonly metrics: SubgraphMetrics;
  readonly budget: TimeBudget;
  /** Routes beside /graphql. They answer for their own access checks and spans; the deadline is theirs too. */
  readonly routes?: ((app: FastifyInstance) => void | Promise<void>) | undefined;
  /** True from the moment the server begins to stop. */
  readonly isDraining: () => boolean;
}

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
/** Ends a request whose bytes never come. The gateway's own deadlines are shorter. */
const RECEIVE_TIMEOUT_MS = 60_000;

/** The subgraph's HTTP side, not yet listening. Every error it answers is JSON in GraphQL's shape, without a stack. */
export function createHttpServer<Context extends object>(
  options: HttpServerOptions<Context>,
): FastifyInstance {
  const { formatError, metrics, isDraining, routes } = options;
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    frameworkErrors: answerError,
  });
  // Fastify would read text/plain too, which a browser may send across sites without asking first.
  app.removeContentTypeParser('text/plain');

  function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { failure, status } = toHttpError(error);
    const context = spans.get(request)?.context;
    const formatted = context ? runInContext(context, () => formatError(failure)) : formatError(failure);
    void reply.code(status).send({ errors: [formatted] });
  }

  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    answerError(new TributaryError('NOT_FOUND', 'Nothing is served at this path'), request, reply);
  });
  app.addHook('onRequest', (_request, _reply, done) => {
    done(isDraining() ? new TributaryError('SERVICE_UNAVAILABLE', 'This process is stopping') : undefined);
  });
  app.addHook('onRequest', (request, reply, done) => {
    deadlines.set(request, startRequestDeadline(request, reply, options.budget));
    done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    runWithin(required(deadlines, request).deadline, done);
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Without it a kept-alive connection would outlast its last answer and hold the server open.
    if (isDraining()) void reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    metrics.httpDuration.observe(
      {
        route: request.routeOptions.url ?? 'unmatched',
        method: methodLabel(request.method),
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
    done();
  });
  void app.register(async (scope) => addGraphQL(scope, options));
  if (routes !== undefined) void app.register(async (scope) => routes(scope));
  return app;
}

const spans = new WeakMap<FastifyRequest, RequestSpan>();
const deadlines = new WeakMap<FastifyRequest, RequestDeadline>();

/** POST /graphql. The order is: span, identity, body, operation; a stranger's body is never read. */
function addGraphQL<Context extends object>(app: FastifyInstance, options: HttpServerOptions<Context>): void {
  const identities = new WeakMap<FastifyRequest, Identity>();

  app.addHook('onRequest', async (request, reply) => {
    const requestSpan = startRequestSpan(request);
    spans.set(request, requestSpan);
    endRequestSpanOnClose(requestSpan, reply);
    identities.set(request, await options.verifier.verify(identityHeader(request)));
  });
  app.addHook('onSend', async (request, reply) => {
    const requestSpan = spans.get(request);
    if (requestSpan !== undefined) endRequestSpan(requestSpan, reply);
  });

  const toHandler = (apollo: ApolloServer<Context>) =>
    fastifyApolloHandler(apollo, {
      async context(request) {
        const { deadline } = required(deadlines, request);
        return options.createContext({ identity: required(identities, request), deadline });
      },
    });
  let serving = options.apollo();
  let execute = toHandler(serving);
  app.post('/graphql', (request, reply) => {
    const { context } = required(spans, request);
    if (options.apollo() !== serving) {
      serving = options.apollo();
      execute = toHandler(serving);
    }
    const run = async () => execute.call(app, request, reply);
    return runInContext(withMetrics(context, options.metrics), () =>
      answerInTime(run, required(deadlines, request)),
    );
  });
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    handler: (_request, reply) => {
      void reply.header('allow', 'POST');
      throw new TributaryError('METHOD_NOT_ALLOWED', 'Send GraphQL operations by POST');
    },
  });
}

function identityHeader(request: FastifyRequest): string | undefined {
  const header = request.headers[IDENTITY_HEADER];
  return Array.isArray(header) ? header[0] : header;
}

/** The maps are filled by the first hooks, which every handler runs after. */
function required<V>(map: WeakMap<FastifyRequest, V>, request: FastifyRequest): V {
  const value = map.get(request);
  if (value === undefined) throw new Error('The onRequest hook has not run for this request');
  return value;
}
