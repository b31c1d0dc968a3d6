import { formatError, TributaryError } from '@tributary/errors';
import { currentTraceId, type Logger } from '@tributary/telemetry';
import { type Answer, errorAnswer } from '../respond/index.ts';

/** The answer to a request that failed as a whole, in front of any operation. Unknown failures go to the log only. */
export function toFailureAnswer(error: unknown, logger: Logger): Answer {
  const traceId = currentTraceId();
  if (error instanceof TributaryError)
    return errorAnswer(error.code, error.message, traceId, headersOf(error));
  logger.error({ err: error }, 'request failed');
  return errorAnswer('INTERNAL_SERVER_ERROR', formatError(error).message, traceId);
}

function headersOf({ code }: TributaryError): Record<string, string> {
  if (code === 'UNAUTHENTICATED') return { 'www-authenticate': 'Bearer error="invalid_token"' };
  if (code === 'METHOD_NOT_ALLOWED') return { allow: 'GET, HEAD, POST, OPTIONS' };
  if (code === 'SERVICE_UNAVAILABLE') return { 'retry-after': '1' };
  return {};
}
