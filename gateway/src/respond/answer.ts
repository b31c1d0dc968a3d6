import { ERROR_CATALOGUE, type ErrorCode } from '@tributary/errors';
import { JSON_TYPE } from './status.ts';

/** A whole HTTP answer, before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** The body is byte text: one character is one byte. */
  readonly isByteText?: boolean;
  /** The body's memory is this answer's alone: it may be freed once it is sent. */
  readonly ownsBody?: boolean;
  /** Metrics for the Server-Timing header; undefined says nothing of times, not even of the whole. */
  readonly timings?: string | undefined;
}

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': `${JSON_TYPE}; charset=utf-8`, ...headers },
    body: JSON.stringify(value),
  };
}

/** A failure in front of GraphQL, in the form that GraphQL clients understand anyway. */
export function errorAnswer(
  code: ErrorCode,
  message: string,
  traceId: string | undefined,
  headers?: Readonly<Record<string, string>>,
): Answer {
  const extensions = { code, ...(traceId && { traceId }) };
  return jsonAnswer(ERROR_CATALOGUE[code].status, { errors: [{ message, extensions }] }, headers);
}
