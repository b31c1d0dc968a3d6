import { TributaryError } from '@tributary/errors';

/** One GraphQL request as GraphQL over HTTP (5.1) defines it. */
export interface Parameters {
  /** Undefined where the client sent only its hash (Apollo's automatic persisted queries). */
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Deeper values are an attack on whoever walks them recursively, the subgraphs included. */
const MAX_VARIABLE_DEPTH = 64;

/** @throws TributaryError BAD_REQUEST or BATCH_LIMIT_EXCEEDED */
export function parseBody(
  body: string,
  { batchSize }: { readonly batchSize: number },
): Parameters | readonly Parameters[] {
  const value = parseJson(body, 'The body is not JSON');
  if (!Array.isArray(value)) return toParameters(value);
  if (value.length === 0) throw new TributaryError('BAD_REQUEST', 'The batch is empty');
  if (value.length > batchSize) {
    throw new TributaryError(
      'BATCH_LIMIT_EXCEEDED',
      `The batch exceeds the limit of ${batchSize} operations`,
    );
  }
  return value.map(toParameters);
}

/** @throws TributaryError BAD_REQUEST */
export function parseQueryString(search: URLSearchParams): Parameters {
  const single = (name: string): string | undefined => {
    const [value, another] = search.getAll(name);
    if (another !== undefined) throw new TributaryError('BAD_REQUEST', `${name} is given twice`);
    return value === '' ? undefined : value;
  };
  const json = (name: string): unknown => {
    const text = single(name);
    return text === undefined ? undefined : parseJson(text, `${name} is not JSON`);
  };
  return toParameters({
    query: single('query'),
    operationName: single('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

function toParameters(value: unknown): Parameters {
  if (!isMap(value)) throw new TributaryError('BAD_REQUEST', 'The request is not a JSON object');
  const { query, operationName, variables, extensions } = value;
  const isHashOnly = query === undefined && isMap(extensions) && isMap(extensions.persistedQuery);
  if (!isHashOnly && (typeof query !== 'string' || query === '')) {
    throw new TributaryError('BAD_REQUEST', 'query must be a text with a GraphQL document');
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new TributaryError('BAD_REQUEST', 'operationName must be a text');
  }
  assertMap('variables', variables);
  assertMap('extensions', extensions);
  assertShallow(variables, MAX_VARIABLE_DEPTH);
  return {
    // A hash alone has none; every other query has been checked to be a text.
    query: query as Parameters['query'],
    operationName: operationName || undefined,
    variables: variables ?? {},
  };
}

function assertMap(
  name: string,
  value: unknown,
): asserts value is Record<string, unknown> | null | undefined {
  if (value !== undefined && value !== null && !isMap(value)) {
    throw new TributaryError('BAD_REQUEST', `${name} must be a map`);
  }
}

function assertShallow(value: unknown, levelsLeft: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (levelsLeft === 0) {
    throw new TributaryError('BAD_REQUEST', `variables are nested deeper than ${MAX_VARIABLE_DEPTH} levels`);
  }
  if (Array.isArray(value)) for (const item of value) assertShallow(item, levelsLeft - 1);
  else for (const key in value) assertShallow((value as Record<string, unknown>)[key], levelsLeft - 1);
}

function parseJson(text: string, message: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the text, which may hold a password.
    throw new TributaryError('BAD_REQUEST', message);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
