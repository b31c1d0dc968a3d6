/** What the catalogue says of one code. */
export interface CatalogueEntry {
  /** HTTP status when the whole response is this error (never applied to partial data). */
  readonly status: number;
  /** Whether the same request may succeed when it is sent again, unchanged. */
  readonly retryable: boolean;
  /** One sentence for the person who meets it: what happened and what to do. */
  readonly description: string;
}

/**
 * Every code that a Tributary process puts into `extensions.code`, with its meaning.
 * docs/errors.md lists the same codes; a test compares the two.
 */
export const ERROR_CATALOGUE = {
  BAD_REQUEST: {
    status: 400,
    retryable: false,
    description:
      'The HTTP request is not a GraphQL-over-HTTP request: unreadable JSON, no query, a parameter of a wrong type.',
  },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    retryable: false,
    description: 'The document is not GraphQL; the location says where.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    description: 'The operation does not fit the schema.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    // Not a refusal but a step of the protocol: clients that take 4xx for an outage would never send the query.
    status: 200,
    retryable: false,
    description:
      'The request names an automatic persisted query by its hash alone. Clients then send the whole query, which is run.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    retryable: false,
    description: 'The document has several operations and operationName names none of them.',
  },
  BAD_USER_INPUT: {
    status: 400,
    retryable: false,
    description: 'A variable or an argument has a value that its type or the service does not accept.',
  },
  OPERATION_LIMIT_EXCEEDED: {
    status: 400,
    retryable: false,
    description:
      'The operation is larger than a limit allows (tokens, depth, aliases, root fields); the message names the limit.',
  },
  BATCH_LIMIT_EXCEEDED: {
    status: 400,
    retryable: false,
    description: 'The batch holds more operations than the limit allows.',
  },
  CSRF_PREVENTED: {
    status: 403,
    retryable: false,
    description:
      'A browser could have sent this request from another site. Send application/json or the header apollo-require-preflight.',
  },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    description:
      'The access token is missing where one is needed, or it is malformed, expired, or not meant for this endpoint.',
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    description: 'The signed-in user may not do this.',
  },
  NOT_FROM_GATEWAY: {
    status: 403,
    retryable: false,
    description: 'A subgraph was called without a valid identity assertion of its gateway.',
  },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    description: 'Nothing is served at this path.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retryable: false,
    description: 'This HTTP method cannot be used here; mutations need POST.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    retryable: false,
    description: 'The Accept header allows none of the media types that GraphQL over HTTP answers in.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    description: 'The request body is larger than the limit.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    description: 'The request body is not application/json in UTF-8.',
  },
  PLANNING_FAILED: {
    status: 500,
    retryable: false,
    description:
      'No way through the subgraphs answers this operation; the message names the field where one is known.',
  },
  PLANNING_TIMEOUT: {
    status: 503,
    retryable: true,
    description:
      'Finding the way through the subgraphs took longer, or more memory, than the gateway grants one operation. Ask for less at once.',
  },
  SUBGRAPH_UNAVAILABLE: {
    status: 502,
    retryable: true,
    description: 'A subgraph could not be reached or closed the connection; the fields it owns are null.',
  },
  SUBGRAPH_TIMEOUT: {
    status: 504,
    retryable: true,
    description: 'A subgraph did not answer in time; the fields it owns are null.',
  },
  SUBGRAPH_OVERLOADED: {
    status: 503,
    retryable: true,
    description:
      'A subgraph is asked for more at once than it can answer: the fetch found no turn in time, or the subgraph refused it. Its fields are null.',
  },
  SUBGRAPH_CIRCUIT_OPEN: {
    status: 503,
    retryable: true,
    description:
      'A subgraph, or the field or type asked of it, has failed too often, or no longer answers, and is left alone for a moment; the error says for how long.',
  },
  SUBGRAPH_MALFORMED_RESPONSE: {
    status: 502,
    retryable: true,
    description:
      'A subgraph answered with something that is not a GraphQL response, or with more than the limit allows.',
  },
  SUBGRAPH_ERROR: {
    status: 502,
    retryable: false,
    description: 'A subgraph answered with an error that has no code of its own.',
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    description:
      'There is more to do than the gateway can, and this request mattered less than others. Nothing of it was done; Retry-After says when to send it again.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    description:
      'The process cannot serve now: its database is away, or it is starting, draining or overloaded.',
  },
  SERVICE_TIMEOUT: {
    status: 504,
    retryable: true,
    description:
      'The service did not finish within the time that the request had left; what still ran was cancelled.',
  },
  REQUEST_CANCELLED: {
    // Nobody reads it: the number that nginx made usual for it, seen in metrics and traces alone.
    status: 499,
    retryable: true,
    description: 'The caller went away before the answer; what still ran for it was cancelled.',
  },
  NO_SUPERGRAPH: {
    status: 503,
    retryable: true,
    description: 'The gateway has no valid supergraph yet.',
  },
  NOT_REGISTERED: {
    status: 404,
    retryable: false,
    description:
      'The registry knows no such environment, subgraph, composition or token; the message names it.',
  },
  SCHEMA_INVALID: {
    status: 422,
    retryable: false,
    description: 'The SDL sent to the registry is not GraphQL; the problems name line and column.',
  },
  SCHEMA_LIMIT_EXCEEDED: {
    status: 422,
    retryable: false,
    description:
      'Composing with this schema takes more time or memory than the registry grants; nothing was changed.',
  },
  COMPOSITION_FAILED: {
    status: 422,
    retryable: false,
    description:
      'The subgraphs do not compose with this change; the problems say why, and nothing was changed.',
  },
  PUBLISH_CONFLICT: {
    status: 409,
    retryable: false,
    description:
      'Something else was published since this schema was checked, and the two do not go together. Nothing was changed; check it again.',
  },
  MANIFEST_CONFLICT: {
    status: 409,
    retryable: false,
    description:
      'This version of the app is registered with other operations, and a manifest is never changed. Publish these under another version.',
  },
  RELEASE_CONFLICT: {
    status: 409,
    retryable: false,
    description:
      'The release is in no state for this: the message names the state and what stands in the way. Nothing was changed.',
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    retryable: false,
    description: 'An unexpected fault; its details are in the log under the trace id.',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CATALOGUE, value);
}
