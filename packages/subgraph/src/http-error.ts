import { type ErrorCode, TributaryError } from '@tributary/errors';

export interface HttpError {
  readonly failure: unknown;
  readonly status: number;
}

const CODE_OF_STATUS: Readonly<Partial<Record<number, ErrorCode>>> = {
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Gives Fastify's refusals (unreadable JSON, too large, ...) a code of the catalogue. All else is a fault of ours. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof TributaryError) return { failure: error, status: error.status };
  const status = clientStatusOf(error);
  if (status === undefined || !(error instanceof Error)) return { failure: error, status: 500 };
  const failure = new TributaryError(CODE_OF_STATUS[status] ?? 'BAD_REQUEST', error.message, {
    cause: error,
  });
  return { failure, status };
}

function clientStatusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  // The Apollo integration builds a URL from the Host header, whatever that holds.
  if ('code' in error && error.code === 'ERR_INVALID_URL') return 400;
  if (!('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined;
}
