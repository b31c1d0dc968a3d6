import { type ErrorCode, TributaryError } from '@tributary/errors';
import type { Logger } from '@tributary/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorBody } from '../contract/errors.ts';
import { traceOf } from './request-trace.ts';

/** Every failure becomes a code, a sentence and the trace id; what nobody foresaw goes to the log and stays there. */
export function answerErrors(app: FastifyInstance, logger: Logger) {
  const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const failure = toFailure(error);
    if (failure.code === 'INTERNAL_SERVER_ERROR' || failure.status >= 500) {
      logger.error({ err: error, route: request.routeOptions.url }, 'request failed');
    }
    if (failure.code === 'UNAUTHENTICATED' && !reply.hasHeader('www-authenticate')) {
      void reply.header('www-authenticate', 'Bearer');
    }
    const traceId = traceOf(request)?.span.spanContext().traceId;
    const body: ErrorBody = {
      error: {
        ...failure.extensions,
        code: failure.code,
        message: failure.message,
        ...(traceId !== undefined && { traceId }),
      },
    };
    void reply.code(failure.status).send(body);
  };
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    answerError(
      new TributaryError('NOT_FOUND', `Nothing is served at ${request.method} ${pathOf(request)}`),
      request,
      reply,
    );
  });
  return answerError;
}

// Private:

const CODE_OF_STATUS: Readonly<Partial<Record<number, ErrorCode>>> = {
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Fastify's own refusals (unreadable JSON, too large, ...) have a status and a message that may be told. */
function toFailure(error: unknown): TributaryError {
  if (error instanceof TributaryError) return error;
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    const status = error.statusCode;
    if (status >= 400 && status < 500) {
      return new TributaryError(CODE_OF_STATUS[status] ?? 'BAD_REQUEST', error.message, { cause: error });
    }
  }
  return new TributaryError('INTERNAL_SERVER_ERROR', 'Internal server error', { cause: error });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]?.slice(0, 200) ?? '';
}
