import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { formatError } from './format-error.ts';
import { TributaryError } from './tributary-error.ts';

describe('formatError', () => {
  it('keeps message, code and extensions of a coded failure, and its place in the response', () => {
    const thrown = new TributaryError('FORBIDDEN', 'Not yours', { extensions: { reason: 'owner' } });
    const located = new GraphQLError('wrapped', { path: ['me', 'orders'], originalError: thrown });
    expect(formatError(located, { traceId: 'abc' })).toEqual({
      message: 'Not yours',
      path: ['me', 'orders'],
      extensions: { reason: 'owner', code: 'FORBIDDEN', traceId: 'abc' },
    });
  });

  it('hides every detail of an unknown failure and hands it to the log', () => {
    const masked: unknown[] = [];
    const secret = new Error('password=hunter2');
    const located = new GraphQLError('password=hunter2', { path: ['me'], originalError: secret });
    const error = formatError(located, { traceId: 'abc', onMasked: (origin) => masked.push(origin) });
    expect(error).toEqual({
      message: 'Internal server error',
      path: ['me'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', traceId: 'abc' },
    });
    expect(masked).toEqual([secret]);
  });

  it.each([undefined, null, 'text', 42, {}])('masks a thrown %j', (thrown) => {
    expect(formatError(thrown).extensions?.code).toBe('INTERNAL_SERVER_ERROR');
  });

  it('drops the stack trace that a server put into the extensions', () => {
    const error = new GraphQLError('Bad', { extensions: { code: 'BAD_USER_INPUT', stacktrace: ['at x'] } });
    expect(formatError(error).extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });
});
