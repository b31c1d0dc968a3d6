import { TributaryError, withoutStacks } from '@tributary/errors';

/** Faults of the transports that say "the answer is wrong" rather than "there is no answer". */
const MALFORMED = new Set([
  'LEAN_MALFORMED_RESPONSE',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_HEADERS_OVERFLOW',
]);
const TOO_LARGE = new Set(['LEAN_RESPONSE_TOO_LARGE', 'UND_ERR_RES_EXCEEDED_MAX_SIZE']);

/** Turns whatever the transport threw into a coded failure. The cause is for the log; the client sees the message. */
export function toSubgraphFailure(subgraph: string, error: unknown): TributaryError {
  if (error instanceof TributaryError) return error;
  return withoutStacks(() => failureOf(subgraph, error));
}

/** For the log: the transport's own words, without two stack traces for each fetch of an outage. */
export function reasonOf(failure: unknown): string {
  const { cause, message } = failure as Error;
  if (!(cause instanceof Error)) return message;
  // A DOMException, which a timeout is, has a number there that tells nobody anything.
  const { code } = cause as { readonly code?: unknown };
  return `${typeof code === 'string' ? code : cause.name}: ${cause.message}`;
}

// Private:

function failureOf(subgraph: string, error: unknown): TributaryError {
  const { name, code = '' } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') {
    return new TributaryError('SUBGRAPH_TIMEOUT', `The subgraph ${subgraph} did not answer in time`, {
      cause: error,
    });
  }
  const isTooLarge = TOO_LARGE.has(code);
  if (isTooLarge || MALFORMED.has(code) || name === 'HTTPParserError') {
    const reason = isTooLarge ? 'more than the limit allows' : 'malformed HTTP';
    return new TributaryError(
      'SUBGRAPH_MALFORMED_RESPONSE',
      `The subgraph ${subgraph} answered with ${reason}`,
      { cause: error },
    );
  }
  return new TributaryError('SUBGRAPH_UNAVAILABLE', `The subgraph ${subgraph} could not be reached`, {
    cause: error,
  });
}
