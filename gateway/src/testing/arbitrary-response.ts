import fc from 'fast-check';

/** HTTP responses as byte text: well-formed ones, and ones that somebody has tampered with. */
export interface ArbitraryResponse {
  readonly text: string;
  readonly isWellFormed: boolean;
}

/** A byte of bodies that stands nowhere else: what takes its place tells answers apart. */
export const MARK = '\xb6';

const letters = (maxLength: number) =>
  fc.string({ maxLength, unit: fc.constantFrom(MARK, MARK, ...'ab{}":1\r\n\0\xc3\xa9') });

const field = fc.constantFrom(
  'Content-Type: application/json',
  'Content-Type:application/graphql-response+json; charset=utf-8 ',
  'Date: Sat, 21 Nov 2026 06:35:00 GMT',
  'X-Powered-By: \t Express\t',
  'Connection: keep-alive',
  'connection: close',
  'Keep-Alive: timeout=5',
  'Vary: ',
  'X-Name: \xe9',
  'Upgrade: h2c',
);

const chunks = fc.array(letters(20).filter((text) => text !== '')).map((parts) => {
  const sized = parts.map(
    (part, index) => `${part.length.toString(16)}${index === 1 ? ';a=b' : ''}\r\n${part}\r\n`,
  );
  return `${sized.join('')}0\r\n${parts.length === 3 ? 'Digest: x\r\n' : ''}\r\n`;
});

const framedBody = fc.oneof(
  letters(40).map((body) => ({ fields: [`Content-Length: ${body.length}`], body })),
  chunks.map((body) => ({ fields: ['Transfer-Encoding: chunked'], body })),
  letters(40).map((body) => ({ fields: [], body })),
);

const statusLine = fc.constantFrom(
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200 OK',
  'HTTP/1.1 500 Internal Server Error',
  'HTTP/1.1 404 ',
);

const wellFormed = fc
  .record({
    status: statusLine,
    fields: fc.uniqueArray(field, { selector: nameOf, maxLength: 5 }),
    framedBody,
  })
  .map(({ status, fields, framedBody: framed }) =>
    [status, ...framed.fields, ...fields, '', framed.body].join('\r\n'),
  );

const scrap = fc.constantFrom(
  ...[
    '\r',
    '\n',
    '\r\n',
    '\0',
    ' ',
    '\t',
    ':',
    ';',
    ',',
    '=',
    '0',
    '1',
    '9',
    'a',
    'F',
    '-',
    '+',
    '\x7f',
    '\xff',
  ],
  ...[
    '\r\n\r\n',
    '\r\n ',
    '0\r\n\r\n',
    '0x',
    'chunked',
    'identity',
    'close',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0',
  ],
  ...[
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\n\r\n',
    'HTTP/1.1 204 No Content\r\n',
    ' 304 ',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 0\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Connection: close\r\n',
  ],
  ...['Transfer-Encoding: gzip, chunked\r\n', 'Content-Encoding: gzip\r\n', 'Connection: upgrade\r\n'],
);

/** At a place, some characters give way to a scrap, or to what stands elsewhere. */
const tampering = fc.record({
  at: fc.nat(),
  removed: fc.constantFrom(0, 0, 1, 2, 10),
  put: fc.oneof(scrap, scrap, fc.constant('')),
  copiedFrom: fc.option(fc.nat(), { freq: 4 }),
});

export const arbitraryResponse: fc.Arbitrary<ArbitraryResponse> = fc
  .tuple(wellFormed, fc.array(tampering, { maxLength: 3 }))
  .map(([response, tamperings]) => {
    let text = response;
    for (const { at, removed, put, copiedFrom } of tamperings) {
      const place = at % (text.length + 1);
      const copied = copiedFrom === null ? put : text.slice(copiedFrom % (text.length + 1)).slice(0, 30);
      text = text.slice(0, place) + copied + text.slice(place + removed);
    }
    return { text, isWellFormed: tamperings.length === 0 };
  });

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}
