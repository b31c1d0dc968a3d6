import { ERROR_CATALOGUE, type ErrorCode, isErrorCode } from '@tributary/errors';
import type { FormattedExecutionResult } from 'graphql';

export const GRAPHQL_JSON = 'application/graphql-response+json';
export const JSON_TYPE = 'application/json';
export type MediaType = typeof GRAPHQL_JSON | typeof JSON_TYPE;

/** Refusals of the operation, as opposed to refusals of the HTTP request around it. */
const ABOUT_THE_OPERATION: ReadonlySet<string> = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'OPERATION_LIMIT_EXCEEDED',
  'BAD_USER_INPUT',
]);

/**
 * The HTTP status of a result. With data, even partial, it is 200. Without, it is the catalogue's; except that to a
 * client that accepts application/json only, 4xx would say "not a GraphQL server", so what is wrong with the
 * operation itself is 200 there (GraphQL over HTTP, 6.4.1).
 */
export function statusOf(result: FormattedExecutionResult, mediaType: MediaType): number {
  if (result.data !== undefined) return 200;
  const code = result.errors?.[0]?.extensions?.code;
  if (mediaType === JSON_TYPE && ABOUT_THE_OPERATION.has(String(code))) return 200;
  return isErrorCode(code) ? ERROR_CATALOGUE[code].status : 500;
}
