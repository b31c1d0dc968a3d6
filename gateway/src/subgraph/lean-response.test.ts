import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseReader } from './lean-response.ts';

const MAX_BODY_BYTES = 100;
const LINE = 'HTTP/1.1 200 OK\r\n';
const JSON_LINE = 'Content-Type: application/json\r\n';

interface Outcome {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
  readonly reusableForMs: number;
  /** Bytes behind the answer. */
  readonly surplus: number;
}

/** Reads byte text that comes in pieces cut at these places. */
function read(text: string, cuts: readonly number[] = [], closes = false): Outcome | 'incomplete' {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new ResponseReader(MAX_BODY_BYTES);
  let consumed = 0;
  let from = 0;
  for (const cut of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    // As a socket would, in memory that the next piece overwrites.
    const piece = Buffer.from(bytes.subarray(from, cut));
    if (!reader.isComplete && piece.length > 0) consumed = from + reader.read(piece, 0, piece.length);
    piece.fill(0);
    from = cut;
  }
  if (!reader.isComplete && closes) reader.end();
  if (!reader.isComplete) return 'incomplete';
  const { status, contentType, body } = reader.response();
  const surplus = bytes.length - consumed;
  return {
    status,
    contentType,
    body: body.toString('latin1'),
    reusableForMs: reader.reusableForMs(),
    surplus,
  };
}

const outcomeOf = (text: string, cuts: readonly number[], closes: boolean) => {
  try {
    return read(text, cuts, closes);
  } catch (fault) {
    return String(fault);
  }
};

describe('ResponseReader', () => {
  it.each([
    ['a length', `${LINE}${JSON_LINE}Content-Length: 2\r\n\r\n{}`, '{}'],
    ['no reason', `HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}`, '{}'],
    ['other letters and no space', `${LINE}content-LENGTH:2\r\n\r\n{}`, '{}'],
    ['white space around values', `${LINE}X-A: \t b \t\r\nContent-Length: \t 2\r\n\r\n{}`, '{}'],
    ['chunks', `${LINE}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`, '{}'],
    [
      'a size with zeros',
      `${LINE}Transfer-Encoding: Chunked\r\n\r\n0000000A\r\n0123456789\r\n00\r\n\r\n`,
      '0123456789',
    ],
    ['an extension', `${LINE}Transfer-Encoding: chunked\r\n\r\n2;a=b;c\r\n{}\r\n0;d\r\n\r\n`, '{}'],
    ['trailers', `${LINE}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nDigest: x\r\n\r\n`, '{}'],
    ['nothing', `${LINE}Content-Length: 0\r\n\r\n`, ''],
    [
      'early hints before it',
      `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${LINE}Content-Length: 2\r\n\r\n{}`,
      '{}',
    ],
    ['an upgrade on offer', `${LINE}Upgrade: h2c\r\nContent-Length: 2\r\n\r\n{}`, '{}'],
    ['bytes above ASCII', `${LINE}X-Name: \xe9\r\nContent-Length: 2\r\n\r\n\xc3\xa9`, '\xc3\xa9'],
    ['an encoding that is none', `${LINE}Content-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}`, '{}'],
  ])('reads a response with %s', (_, text, body) => {
    expect(read(text)).toMatchObject({ status: 200, body, reusableForMs: 4_000, surplus: 0 });
  });

  it('gives status and content type', () => {
    const text = `HTTP/1.1 503 Away\r\nContent-Type: text/html; charset=utf-8 \r\nContent-Length: 0\r\n\r\n`;
    expect(read(text)).toMatchObject({ status: 503, contentType: 'text/html; charset=utf-8' });
  });

  it.each([
    ['a bare LF', `HTTP/1.1 200 OK\nContent-Length: 2\n\n{}`],
    ['a bare CR', `${LINE}A: b\rContent-Length: 0\r\n\r\n`],
    ['NUL in a value', `${LINE}A: \0\r\n`],
    ['NUL in a reason', `HTTP/1.1 200 O\0K\r\n`],
    ['DEL in a value', `${LINE}A: \x7f\r\n`],
    ['a folded line', `${LINE}A: b\r\n c\r\n`],
    ['white space before the colon', `${LINE}Content-Length : 2\r\n`],
    ['a field without a name', `${LINE}: 2\r\n`],
    ['a field without a colon', `${LINE}Content-Length\r\n`],
    ['an empty line first', `\r\n${LINE}`],
    ['another protocol', 'ICY 200 OK\r\n'],
    ['HTTP/2', 'HTTP/2.0 200 OK\r\n'],
    ['a version of two digits', 'HTTP/1.10 200 OK\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n'],
    ['status 000', 'HTTP/1.1 000 OK\r\n'],
    ['status 600', 'HTTP/1.1 600 OK\r\n'],
    ['two lengths', `${LINE}Content-Length: 2\r\nContent-Length: 2\r\n`],
    ['a list of lengths', `${LINE}Content-Length: 2, 2\r\n`],
    ['a signed length', `${LINE}Content-Length: +2\r\n`],
    ['a hexadecimal length', `${LINE}Content-Length: 0x2\r\n`],
    ['a length with white space behind it', `${LINE}Content-Length: 2 \r\n`],
    ['an empty length', `${LINE}Content-Length:\r\n`],
    ['a length of 30 digits', `${LINE}Content-Length: ${'0'.repeat(29)}2\r\n`],
    ['length and chunks', `${LINE}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['chunks and length', `${LINE}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n`],
    ['chunks twice', `${LINE}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n`],
    ['compressed chunks', `${LINE}Transfer-Encoding: gzip, chunked\r\n`],
    ['an unknown transfer coding', `${LINE}Transfer-Encoding: xchunked\r\n`],
    ['the identity transfer coding', `${LINE}Transfer-Encoding: identity\r\n`],
    ['chunks under HTTP/1.0', `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['a content encoding', `${LINE}Content-Encoding: gzip\r\n`],
    ['two content types', `${LINE}${JSON_LINE}Content-Type: text/html\r\n`],
    ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['101 Switching Protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n'],
    ['an interim response with a length', 'HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\n\r\n'],
    ['nine interim responses', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(9)],
    ['129 fields', `${LINE}${'A: b\r\n'.repeat(129)}`],
    ['a head of 16 KB', `${LINE}A: ${'b'.repeat(16 * 1024)}`],
    ['no chunk size', `${LINE}Transfer-Encoding: chunked\r\n\r\n\r\n`],
    ['a chunk size that is no number', `${LINE}Transfer-Encoding: chunked\r\n\r\ng\r\n`],
    ['a signed chunk size', `${LINE}Transfer-Encoding: chunked\r\n\r\n-1\r\n`],
    ['a chunk size with a prefix', `${LINE}Transfer-Encoding: chunked\r\n\r\n0x1\r\n`],
    ['a chunk size of 9 digits', `${LINE}Transfer-Encoding: chunked\r\n\r\n000000001\r\n`],
    ['a chunk size and a space', `${LINE}Transfer-Encoding: chunked\r\n\r\n1 \r\n`],
    ['a chunk size and LF', `${LINE}Transfer-Encoding: chunked\r\n\r\n1\n`],
    ['a chunk longer than its size', `${LINE}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n`],
    ['a chunk that ends in LF', `${LINE}Transfer-Encoding: chunked\r\n\r\n1\r\n{\n`],
    ['an empty extension', `${LINE}Transfer-Encoding: chunked\r\n\r\n1;\r\n`],
    ['a quoted extension', `${LINE}Transfer-Encoding: chunked\r\n\r\n1;a="b"\r\n`],
    ['an endless extension', `${LINE}Transfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(300)}`],
    ['endless trailers', `${LINE}Transfer-Encoding: chunked\r\n\r\n0\r\nA: ${'b'.repeat(9_000)}`],
    ['a length in the trailers', `${LINE}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 2\r\n`],
  ])('refuses %s without waiting for more', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'LEAN_MALFORMED_RESPONSE' }));
  });

  it.each([
    ['announced', `${LINE}Content-Length: 101\r\n\r\n`],
    ['in one chunk', `${LINE}Transfer-Encoding: chunked\r\n\r\n65\r\n${'a'.repeat(101)}`],
    ['in many chunks', `${LINE}Transfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(101)}`],
    ['until the close', `${LINE}\r\n${'a'.repeat(101)}`],
  ])('refuses a body over the limit, %s', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'LEAN_RESPONSE_TOO_LARGE' }));
  });

  it.each([
    ['it says so', `${LINE}Connection: close\r\nContent-Length: 0\r\n\r\n`],
    ['it says so among others', `${LINE}Connection: x, Close\r\nConnection: y\r\nContent-Length: 0\r\n\r\n`],
    ['it is HTTP/1.0', `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n`],
    ['it is 204 with a body announced', `HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n`],
    ['it is 304 with chunks announced', `HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['the server waits a second only', `${LINE}Keep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n`],
  ])('ends the connection after a response when %s', (_, text) => {
    expect(read(text)).toMatchObject({ body: '', reusableForMs: 0 });
  });

  it.each([
    ['timeout=5', 4_000],
    ['max=100, timeout=20', 19_000],
    ['timeout=86400', 60_000],
    ['nonsense', 4_000],
  ])('keeps a connection with Keep-Alive: %s for %i ms', (keepAlive, reusableForMs) => {
    expect(read(`${LINE}Keep-Alive: ${keepAlive}\r\nContent-Length: 0\r\n\r\n`)).toMatchObject({
      reusableForMs,
    });
  });

  it.each([`${LINE}Connection: close\r\n\r\n{}`, 'HTTP/1.0 200 OK\r\n\r\n{}'])(
    'reads a body that ends with its connection, and only then',
    (text) => {
      expect(read(text)).toBe('incomplete');
      expect(read(text, [], true)).toMatchObject({ body: '{}', reusableForMs: 0 });
    },
  );

  it.each([
    '',
    'HTTP/1.',
    LINE,
    `${LINE}Content-Length: 2\r\n\r\n{`,
    `${LINE}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
    `${LINE}Transfer-Encoding: chunked\r\n\r\n0\r\n`,
  ])('refuses an end within %j', (text) => {
    expect(() => read(text, [], true)).toThrow(expect.objectContaining({ code: 'LEAN_CONNECTION_CLOSED' }));
  });

  it('leaves the bytes behind an answer alone', () => {
    expect(read(`${LINE}Content-Length: 2\r\n\r\n{}${LINE}`)).toMatchObject({
      body: '{}',
      surplus: LINE.length,
    });
    const chunked = `${LINE}Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n`;
    expect(read(`${chunked}HTTP`, [chunked.length - 3])).toMatchObject({ surplus: 4 });
  });

  it('makes the same of a response wherever its bytes are cut', () => {
    const part = fc.constantFrom(
      LINE,
      'HTTP/1.0 200\r\n',
      'HTTP/1.1 204 No Content\r\n',
      'HTTP/1.1 103 Early Hints\r\n',
      JSON_LINE,
      'Content-Length: 7\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Connection: close\r\n',
      '\r\n',
      '3\r\nabc\r\n',
      '4;x=y\r\n{  }\r\n',
      '0\r\n',
      '0\r\nA: b\r\n\r\n',
      '{"a":1}',
      '\n',
      '\0',
    );
    const parts = fc.array(part, { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat()), fc.boolean(), (texts, cuts, closes) => {
        const text = texts.join('');
        expect(outcomeOf(text, cuts, closes)).toEqual(outcomeOf(text, [], closes));
      }),
      { numRuns: 5_000 },
    );
  });
});
