import type { IncomingHttpHeaders } from 'node:http';

/** What a request says before its body, where it is of the plainest kind. */
export interface LeanHead {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body. */
  readonly contentLength: number;
}

const REQUEST_LINE = /^(?:GET|POST) \/[\w/-]*(?:\?[\w&=%+~.-]*)? HTTP\/1\.1$/;
/** Of all header lines together: RFC 9110, 5.5, with CR and LF as the ends of lines alone. */
const TEXT = /^[\t\x20-\x7e\x80-\xff\r\n]*$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const LENGTH = /^[0-9]{1,9}$/;

/** Those that change how a message is framed or what becomes of its connection, and names that node or an object has a meaning for. */
const UNUSUAL = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'http2-settings',
  'set-cookie',
  'proxy-connection',
  '__proto__',
]);

/** Names as clients write them, in lower case; undefined is for no name that this reader takes. Few are ever seen. */
const names = new Map<string, string | undefined>();
const MAX_NAMES = 1_000;
const MAX_NAME_LENGTH = 64;

/**
 * The head of a request of the plainest kind: GET or POST, HTTP/1.1, an ordinary target, each header once, a length in digits, a connection that
 * stays. `text` is byte text with the end of the last header line, without the empty one. Undefined for everything else, which is node's to read or to refuse: what is taken
 * here could not be read in two ways.
 */
export function readLeanHead(text: string): LeanHead | undefined {
  const lineEnd = text.indexOf('\r\n');
  const line = text.slice(0, lineEnd);
  if (!REQUEST_LINE.test(line) || !TEXT.test(text)) return undefined;
  const method = line.startsWith('GET') ? 'GET' : 'POST';
  const headers: IncomingHttpHeaders = {};
  for (let at = lineEnd + 2; at < text.length; ) {
    const end = text.indexOf('\r\n', at);
    const colon = text.indexOf(':', at);
    if (colon < 0 || colon > end) return undefined;
    const name = nameOf(text.slice(at, colon));
    const value = trimmed(text, colon + 1, end);
    if (name === undefined || value === undefined || headers[name] !== undefined) return undefined;
    headers[name] = value;
    at = end + 2;
  }
  const { host, connection, 'content-length': length } = headers;
  if (host === undefined || (connection !== undefined && !/^keep-alive$/i.test(connection))) return undefined;
  const isFramed = method === 'GET' ? length === undefined : length !== undefined && LENGTH.test(length);
  if (!isFramed) return undefined;
  return {
    method,
    url: line.slice(method.length + 1, -' HTTP/1.1'.length),
    headers,
    contentLength: Number(length ?? 0),
  };
}

// Private:

function nameOf(sent: string): string | undefined {
  const known = names.get(sent);
  if (known !== undefined) return known;
  if (!NAME.test(sent)) return undefined;
  const name = sent.toLowerCase();
  if (UNUSUAL.has(name)) return undefined;
  if (names.size < MAX_NAMES && sent.length <= MAX_NAME_LENGTH) names.set(sent, name);
  return name;
}

/** Without the space around it. Undefined where a CR or LF stands that ends no line. */
function trimmed(text: string, from: number, to: number): string | undefined {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  const value = text.slice(start, end);
  return value.includes('\r') || value.includes('\n') ? undefined : value;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
