import { type Dispatcher, getGlobalDispatcher, request } from 'undici';

export interface GraphQLErrorBody {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly GraphQLErrorBody[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
  /** The body as it came, byte for byte. */
  readonly text: string;
  readonly durationMs: number;
}

/** Posts one GraphQL request over real HTTP and reads the whole answer. */
export async function postGraphQL(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  dispatcher: Dispatcher = getGlobalDispatcher(),
): Promise<GraphQLAnswer> {
  const startedAt = performance.now();
  const response = await request(url, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers,
    body: JSON.parse(text) as GraphQLAnswer['body'],
    text,
    durationMs: performance.now() - startedAt,
  };
}
