import { describe, expect, it } from 'vitest';
import { parseResponse } from './parse-response.ts';

const parse = (body: string | Uint8Array, status = 200, contentType = 'application/json; charset=utf-8') =>
  parseResponse('loans', { status, contentType, body: Buffer.from(body) });

describe('parseResponse', () => {
  it.each([
    ['{"data":{"a":1}}', 200],
    ['{"data":null,"errors":[{"message":"no"}]}', 200],
    ['{"errors":[{"message":"no","path":["a",0]}]}', 400],
    ['{"errors":[{"message":"no","extensions":{"code":"X"}}]}', 500],
    ['{"data":{"a":1},"errors":[]}', 200],
  ])('takes %s with status %i for a GraphQL response', (body, status) => {
    expect(parse(body, status)).toEqual(JSON.parse(body));
  });

  it.each([
    '',
    '<html>',
    '{"data":{"a":1}',
    'null',
    '[]',
    '42',
    '{}',
    '{"data":null}',
    '{"data":[]}',
    '{"data":"x"}',
    '{"errors":{}}',
    '{"errors":[{}]}',
    '{"errors":[null]}',
    '{"data":null,"errors":[]}',
    '{"errors":[{"message":"x","path":"a"}]}',
  ])('refuses %s', (body) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'SUBGRAPH_MALFORMED_RESPONSE' }));
  });

  it('refuses another content type and bytes that are not UTF-8', () => {
    expect(() => parse('{"data":{}}', 200, 'text/html')).toThrow(/not JSON/);
    expect(() => parse(Buffer.from([...Buffer.from('{"data":{"a":"'), 0xff, ...Buffer.from('"}}')]))).toThrow(
      /not JSON/,
    );
  });

  it("takes a proxy's error page for a subgraph that is away", () => {
    expect(() => parse('<html>', 503, 'text/html')).toThrow(
      expect.objectContaining({ code: 'SUBGRAPH_UNAVAILABLE' }),
    );
  });

  it('repeats nothing of the body', () => {
    expect(() => parse('{"data": mia@example.com')).toThrow(
      /^The subgraph loans answered with something that is not JSON \(status 200\)$/,
    );
  });
});
