import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRequestWriter } from './lean-request.ts';

const write = createRequestWriter(new URL('http://127.0.0.1:4001/graphql?a=b'));

const linesOf = (text: string) => text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');

describe('createRequestWriter', () => {
  it('writes a whole request', () => {
    expect(write({ 'content-type': 'application/json' }, '{"\xc3\xa9"}')).toBe(
      [
        'POST /graphql?a=b HTTP/1.1',
        'host: 127.0.0.1:4001',
        'connection: keep-alive',
        'content-type: application/json',
        'content-length: 6',
        '',
        '{"\xc3\xa9"}',
      ].join('\r\n'),
    );
  });

  it("sends the URL's credentials unless the request has its own", () => {
    const writeAs = createRequestWriter(new URL('http://mia:p%40ss@127.0.0.1/'));
    expect(linesOf(writeAs({}, ''))).toContain('authorization: Basic bWlhOnBAc3M=');
    expect(linesOf(writeAs({ authorization: 'Bearer x' }, ''))).not.toContain(
      'authorization: Basic bWlhOnBAc3M=',
    );
  });

  it.each(['a\rb', 'a\nb', 'a\r\nb: c', 'a\0b', 'a\x7fb', 'a\u010ab', 'a\u2028b', '\u{1f600}'])(
    'refuses the value %j',
    (value) => {
      expect(() => write({ 'x-name': value }, '')).toThrow(
        expect.objectContaining({ code: 'LEAN_REQUEST_REFUSED' }),
      );
    },
  );

  it.each(['', 'a b', 'a:', 'a\r\nb', 'A', 'é', 'host', 'content-length', 'transfer-encoding', 'connection'])(
    'refuses the name %j',
    (name) => {
      expect(() => write({ [name]: 'x' }, '')).toThrow(
        expect.objectContaining({ code: 'LEAN_REQUEST_REFUSED' }),
      );
    },
  );

  it('never makes more lines than there are headers', () => {
    const headers = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(headers, (made) => {
        let text: string;
        try {
          text = write(made, 'body');
        } catch {
          return;
        }
        expect(linesOf(text)).toHaveLength(4 + Object.keys(made).length);
        expect(text).toMatch(/^[\x20-\x7e\x80-\xff\t\r\n]*$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
