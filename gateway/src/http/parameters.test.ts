import { describe, expect, it } from 'vitest';
import { parseBody, parseQueryString } from './parameters.ts';

const limits = { batchSize: 2 };

describe('parseBody', () => {
  it('reads one request', () => {
    const body = JSON.stringify({
      query: '{ a }',
      operationName: null,
      variables: { x: 1 },
      extensions: { y: 2 },
    });
    expect(parseBody(body, limits)).toEqual({
      query: '{ a }',
      operationName: undefined,
      variables: { x: 1 },
    });
  });

  it('reads a batch up to its limit', () => {
    expect(parseBody('[{"query":"{a}"},{"query":"{b}"}]', limits)).toHaveLength(2);
    expect(() => parseBody('[{"query":"{a}"},{"query":"{b}"},{"query":"{c}"}]', limits)).toThrow(
      expect.objectContaining({ code: 'BATCH_LIMIT_EXCEEDED' }),
    );
  });

  it.each([
    '',
    'null',
    '1',
    '"{ a }"',
    '[]',
    '[[]]',
    '{}',
    '{"query":1}',
    '{"query":""}',
    '{"query":"{a}","variables":[]}',
    '{"query":"{a}","operationName":{}}',
    '{"__proto__":{"query":"{a}"}}',
  ])('refuses %s', (body) => {
    expect(() => parseBody(body, limits)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  });

  it('refuses variables that would exhaust the stack of whoever walks them', () => {
    const deep = `{"query":"{a}","variables":{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`;
    expect(() => parseBody(deep, limits)).toThrow(/deeper than 64/);
  });

  it('quotes nothing of a body that it cannot read', () => {
    expect(() => parseBody('{"password": hunter2', limits)).toThrow(/^The body is not JSON$/);
  });
});

describe('parseQueryString', () => {
  it('reads JSON parameters', () => {
    const search = new URLSearchParams({ query: '{ a }', variables: '{"x":1}', extensions: '' });
    expect(parseQueryString(search)).toEqual({
      query: '{ a }',
      operationName: undefined,
      variables: { x: 1 },
    });
  });

  it.each(['', 'query=', 'query={a}&query={b}', 'query={a}&variables=x', 'query={a}&variables=[1]'])(
    'refuses ?%s',
    (search) => {
      expect(() => parseQueryString(new URLSearchParams(search))).toThrow(
        expect.objectContaining({ code: 'BAD_REQUEST' }),
      );
    },
  );
});
