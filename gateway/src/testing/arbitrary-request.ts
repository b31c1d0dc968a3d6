import fc from 'fast-check';

/** A request of HTTP/1.1 as byte text, such as clients send it, or with something in it that is read in different ways. */
export const arbitraryRequest: fc.Arbitrary<string> = fc
  .record({
    method: mostly('POST', 'GET', 'HEAD', 'OPTIONS', 'DELETE', 'post', 'PO ST', ''),
    target: mostly(
      '/graphql',
      '/graphql?query=%7Ba%7D&x=1',
      '/',
      '//x/y',
      '/a/../b',
      '/{a}',
      'http://h/graphql',
      '*',
      '/\xfc',
      '/a#b',
    ),
    version: mostly('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 '),
    host: mostly('host: h\r\n', '', 'Host: h\r\nhost: h\r\n'),
    fields: fc.array(
      fc.oneof({ weight: 25, arbitrary: plainField() }, { weight: 1, arbitrary: oddField() }),
      {
        maxLength: 5,
      },
    ),
    body: fc.oneof(
      fc.constant(''),
      fc.string({ maxLength: 40 }),
      fc.constant('\r\n\r\n'),
      fc.constant('POST /smuggled HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n'),
      fc.constant('GET /smuggled HTTP/1.1\r\nhost: h\r\n\r\n'),
    ),
    framing: mostly(
      'length',
      'none',
      'chunked',
      'both',
      'twice',
      'different',
      'plus',
      'zero',
      'letters',
      'short',
      'long',
    ),
    lineEnd: fc.oneof(
      { weight: 100, arbitrary: fc.constant('\r\n') },
      { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '\r\r\n') },
    ),
  })
  .map(({ method, target, version, host, fields, body, framing, lineEnd }) => {
    const framed = frame(
      method === 'GET' ? '' : body,
      method === 'GET' && framing === 'length' ? 'none' : framing,
    );
    const head = `${method} ${target} ${version}\r\n${host}${fields.join('')}${framed.fields}\r\n`;
    return head.replaceAll('\r\n', lineEnd) + framed.body;
  });

function mostly(usual: string, ...others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: others.length * 25, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  );
}

function plainField(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    'content-type',
    'Accept',
    'authorization',
    'X-Client-Id',
    'traceparent',
    'constructor',
    "x-!#$%&'*+.^_`|~9",
  );
  const value = fc.constantFrom(
    'application/json',
    'a',
    '',
    ' b ',
    '\tc\t',
    'd  e',
    'caf\xe9',
    '"q", r;s=1',
    'x:y',
  );
  return fc
    .tuple(name, value, fc.constantFrom('', ' ', '  '))
    .map(([n, v, space]) => `${n}:${space}${v}\r\n`);
}

function oddField(): fc.Arbitrary<string> {
  return fc.constantFrom(
    'connection: close\r\n',
    'Connection: Keep-Alive\r\n',
    'connection: keep-alive, x\r\n',
    'connection: upgrade\r\nupgrade: h2c\r\n',
    'expect: 100-continue\r\n',
    'te: trailers\r\n',
    'cookie: a=1\r\ncookie: b=2\r\n',
    'set-cookie: a\r\n',
    '__proto__: x\r\n',
    'x-folded: a\r\n b\r\n',
    'x-space : a\r\n',
    ' x-first: a\r\n',
    'x-bare: a\rb\r\n',
    'x-line: a\nb: c\r\n',
    'x-nul: a\0b\r\n',
    'x-control: \x01\r\n',
    'x-delete: \x7f\r\n',
    'x-nbsp: \xa0a\xa0\r\n',
    'x(y): a\r\n',
    'x-no-colon\r\n',
    ': a\r\n',
    'x-\xe9: a\r\n',
    'keep-alive: timeout=1\r\n',
    'proxy-connection: keep-alive\r\n',
  );
}

/** The header fields that tell where the body ends, and the body as it is sent. */
function frame(body: string, framing: string): { readonly fields: string; readonly body: string } {
  const { length } = body;
  const chunked = `${length.toString(16)}\r\n${body}\r\n${length > 0 ? '0\r\n\r\n' : '\r\n'}`;
  switch (framing) {
    case 'none':
      return { fields: '', body };
    case 'chunked':
      return { fields: 'transfer-encoding: chunked\r\n', body: chunked };
    case 'both':
      return { fields: `content-length: ${length}\r\ntransfer-encoding: chunked\r\n`, body: chunked };
    case 'twice':
      return { fields: `content-length: ${length}\r\ncontent-length: ${length}\r\n`, body };
    case 'different':
      return { fields: `content-length: ${length}\r\ncontent-length: ${length + 1}\r\n`, body };
    case 'plus':
      return { fields: `content-length: +${length}\r\n`, body };
    case 'zero':
      return { fields: `content-length: 0${length}\r\n`, body };
    case 'letters':
      return { fields: `content-length: ${length}x\r\n`, body };
    case 'short':
      return { fields: `content-length: ${Math.max(0, length - 3)}\r\n`, body };
    case 'long':
      return { fields: `content-length: ${length + 7}\r\n`, body };
    default:
      return { fields: `Content-Length: ${length}\r\n`, body };
  }
}
