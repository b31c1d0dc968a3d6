import { TributaryError } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';
import { parseJson } from './parse-json.ts';
import type { RawResponse, SubgraphResponse } from './subgraph-client.ts';

/**
 * Reads what a subgraph sent. The status alone decides nothing: servers put GraphQL errors under 4xx and 5xx too
 * (GraphQL over HTTP 6.4), so a body that is a GraphQL response counts as one. Nothing of a body that is not one
 * gets into the error: it may hold personal data.
 * @throws TributaryError SUBGRAPH_UNAVAILABLE (a proxy's 5xx) or SUBGRAPH_MALFORMED_RESPONSE.
 */
export function parseResponse(
  subgraph: string,
  { status, contentType, body }: RawResponse,
): SubgraphResponse {
  const parsed = isJson(contentType) ? parseBody(body) : NOT_JSON;
  const fault = faultOf(parsed);
  if (fault === undefined) return parsed as SubgraphResponse;
  if (status >= 500) {
    throw new TributaryError(
      'SUBGRAPH_UNAVAILABLE',
      `The subgraph ${subgraph} answered with status ${status}`,
    );
  }
  throw new TributaryError(
    'SUBGRAPH_MALFORMED_RESPONSE',
    `The subgraph ${subgraph} answered with ${fault} (status ${status})`,
  );
}

const NOT_JSON = Symbol('not JSON');
const TOO_DEEP = Symbol('nested too deeply');

// Invalid UTF-8 must not turn into replacement characters inside the client's data.
const utf8 = new TextDecoder('utf-8', { fatal: true });

function isJson(contentType: string | undefined): boolean {
  return /^application\/(graphql-response\+)?json\s*(;|$)/i.test(contentType ?? '');
}

function parseBody(body: Uint8Array): unknown {
  try {
    return parseJson(utf8.decode(body));
  } catch (error) {
    return error instanceof RangeError ? TOO_DEEP : NOT_JSON;
  }
}

function faultOf(value: unknown): string | undefined {
  if (value === NOT_JSON) return 'something that is not JSON';
  if (value === TOO_DEEP) return 'JSON that is nested too deeply';
  if (!isObject(value)) return 'JSON that is not an object';
  const { data, errors } = value;
  if (data === undefined && errors === undefined) return 'neither data nor errors';
  if (data !== undefined && data !== null && !isObject(data)) return 'data that is not an object';
  if (errors === undefined) return data === null ? 'neither data nor errors' : undefined;
  if (!Array.isArray(errors) || !errors.every(isFormattedError)) return 'errors that are not GraphQL errors';
  return errors.length === 0 && !isObject(data) ? 'neither data nor errors' : undefined;
}

function isFormattedError(value: unknown): value is GraphQLFormattedError {
  if (!isObject(value) || typeof value.message !== 'string') return false;
  const { path, extensions } = value;
  return (path == null || Array.isArray(path)) && (extensions == null || isObject(extensions));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
