import { describe, expect, it } from 'vitest';
import { judgeErrors } from './judge-errors.ts';

const error = (code?: string) => ({ message: 'no', ...(code && { extensions: { code } }) });

describe('judgeErrors', () => {
  it.each([
    ['an answer without errors', { data: { me: null } }, 0, undefined],
    ['partial data', { data: { me: null }, errors: [error()] }, 1, false],
    ['no data and an error without a code', { data: null, errors: [error()] }, 1, true],
    ['no data and a masked error', { errors: [error('INTERNAL_SERVER_ERROR')] }, 1, true],
    ['no data and an overload', { data: null, errors: [error('SERVICE_UNAVAILABLE')] }, 1, true],
    ['no data by the fault of the caller', { data: null, errors: [error('UNAUTHENTICATED')] }, 1, false],
    ['no data by a rule of the business', { data: null, errors: [error('OUT_OF_STOCK')] }, 1, false],
  ])('takes %s for what it is', (_, response, errorCount, isServerFault) => {
    expect(judgeErrors(response)).toEqual({
      errorCount,
      ...(isServerFault !== undefined && { isServerFault }),
    });
  });
});
