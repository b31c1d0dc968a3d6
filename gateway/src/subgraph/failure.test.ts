import { TributaryError } from '@tributary/errors';
import { describe, expect, it } from 'vitest';
import { toSubgraphFailure } from './failure.ts';
import { malformed, tooLarge } from './lean-fault.ts';

const withCode = (code: string) => Object.assign(new Error(code), { code });

describe('toSubgraphFailure', () => {
  it.each([
    ['SUBGRAPH_TIMEOUT', new DOMException('late', 'TimeoutError'), /in time/],
    ['SUBGRAPH_MALFORMED_RESPONSE', malformed('lines end in CR LF'), /malformed HTTP/],
    ['SUBGRAPH_MALFORMED_RESPONSE', tooLarge(100), /more than the limit/],
    ['SUBGRAPH_MALFORMED_RESPONSE', withCode('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'), /malformed HTTP/],
    ['SUBGRAPH_MALFORMED_RESPONSE', withCode('UND_ERR_RES_EXCEEDED_MAX_SIZE'), /more than the limit/],
    ['SUBGRAPH_UNAVAILABLE', withCode('LEAN_CONNECTION_CLOSED'), /could not be reached/],
    ['SUBGRAPH_UNAVAILABLE', withCode('ECONNREFUSED'), /could not be reached/],
  ])('makes %s of what a transport rejects with, and keeps it as the cause', (code, cause, message) => {
    expect(toSubgraphFailure('loans', cause)).toMatchObject({
      code,
      message: expect.stringMatching(message),
      cause,
    });
  });

  it('leaves a failure that has a code alone', () => {
    const failure = new TributaryError('SUBGRAPH_UNAVAILABLE', 'away');
    expect(toSubgraphFailure('loans', failure)).toBe(failure);
  });
});
