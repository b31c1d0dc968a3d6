import { basicCredentials } from './basic-credentials.ts';
import { LeanFault } from './lean-fault.ts';

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// Above 0xFF a character would lose its upper bits on its way to the socket: U+010A would become a line feed.
const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const OWN_NAMES = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Names come from the policy and from code, so there are few; a caller that makes them up must not fill the memory. */
const MAX_KNOWN_NAMES = 1_000;

/** Writes whole requests to one URL as byte text. @throws LeanFault for a header that would not stay one header. */
export type WriteRequest = (headers: Readonly<Record<string, string>>, body: string) => string;

interface Line {
  readonly value: string;
  readonly text: string;
}

export function createRequestWriter(url: URL): WriteRequest {
  const credentials = basicCredentials(url);
  const start = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    'connection: keep-alive',
    '',
  ].join('\r\n');
  /** Each as it was written last: most are the same in request after request. */
  const written = new Map<string, Line>();

  function write(name: string, value: string): Line {
    if (!written.has(name) && (!NAME.test(name) || OWN_NAMES.has(name))) {
      throw new LeanFault('LEAN_REQUEST_REFUSED', `Not a header for a request: ${JSON.stringify(name)}`);
    }
    if (FORBIDDEN_IN_VALUE.test(value)) {
      throw new LeanFault('LEAN_REQUEST_REFUSED', `The value of the header ${name} has a control character`);
    }
    const line = { value, text: `${name}: ${value}\r\n` };
    if (written.size < MAX_KNOWN_NAMES) written.set(name, line);
    return line;
  }

  return (headers, body) => {
    let text = start;
    if (credentials !== undefined && headers.authorization === undefined) {
      text += `authorization: ${credentials}\r\n`;
    }
    for (const name in headers) {
      const value = headers[name] ?? '';
      let line = written.get(name);
      if (line?.value !== value) line = write(name, value);
      text += line.text;
    }
    return `${text}content-length: ${body.length}\r\n\r\n${body}`;
  };
}
