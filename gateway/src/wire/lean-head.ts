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
/** All lines of a head: RFC 9110, 5.5, with CR and LF as the ends of lines alone. */
const LINES = /^(?:[\t\x20-\x7e\x80-\xff]*\r\n)+$/;
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

interface HeaderName {
  /** As a client writes it, and the colon. */
  readonly sent: string;
  /** In lower case. */
  readonly name: string;
}

/** By what clients have written. Few are ever seen. */
const names = new Map<string, HeaderName>();
const MAX_NAMES = 1_000;
const MAX_NAME_LENGTH = 64;

/** The names of the head before, in their order: most heads have the same, and to compare costs less than to look up. */
const usual: HeaderName[] = [];
const MAX_USUAL = 32;

/**
 * The head of a request of the plainest kind: GET or POST, HTTP/1.1, an ordinary target, each header once, a length in digits, a connection that
 * stays. `text` is byte text with the end of the last header line, without the empty one. Undefined for everything else, which is node's to read or to refuse: what is taken
 * here could not be read in two ways.
 */
export function readLeanHead(text: string): LeanHead | undefined {
  const lineEnd = text.indexOf('\r\n');
  const line = text.slice(0, lineEnd);
  if (!REQUEST_LINE.test(line) || !LINES.test(text)) return undefined;
  const method = line.startsWith('GET') ? 'GET' : 'POST';
  const headers: IncomingHttpHeaders = {};
  for (let at = lineEnd + 2, index = 0; at < text.length; index++) {
    const end = text.indexOf('\r\n', at);
    const known = usual[index];
    const header = known !== undefined && text.startsWith(known.sent, at) ? known : nameAt(text, at, end);
    if (header === undefined || headers[header.name] !== undefined) return undefined;
    if (header !== known && index < MAX_USUAL && header.sent.length <= MAX_NAME_LENGTH) usual[index] = header;
    headers[header.name] = trimmed(text, at + header.sent.length, end);
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

/** Undefined is for no name that this reader takes. */
function nameAt(text: string, at: number, end: number): HeaderName | undefined {
  const colon = text.indexOf(':', at);
  if (colon < 0 || colon > end) return undefined;
  const sent = text.slice(at, colon);
  const known = names.get(sent);
  if (known !== undefined) return known;
  if (!NAME.test(sent)) return undefined;
  const name = sent.toLowerCase();
  if (UNUSUAL.has(name)) return undefined;
  // Not a slice, which would keep the whole head.
  const header = { sent: Buffer.from(`${sent}:`, 'latin1').toString('latin1'), name };
  if (names.size < MAX_NAMES && sent.length <= MAX_NAME_LENGTH) names.set(header.sent.slice(0, -1), header);
  return header;
}

/** Without the space around it. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
