import type { WholeAnswer } from './exchange.ts';
import { STATUS_CODES } from './node-http.ts';

/** Byte text that cannot end a header line. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The head of an answer, empty line included, as byte text; the connection closes where nothing says how long it stays. Names are our own; of values some come from clients or schemas. */
export function answerHead(
  { status, headers }: WholeAnswer,
  bodyBytes: number,
  keepAliveTimeoutMs: number | undefined,
): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (const name in headers) {
    const value = headers[name] as string;
    if (!VALUE.test(value)) throw new Error(`The value of the header ${name} cannot be sent`);
    text += `${name}: ${value}\r\n`;
  }
  const connection =
    keepAliveTimeoutMs === undefined
      ? 'Connection: close'
      : `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveTimeoutMs / 1_000)}`;
  return `${text}content-length: ${bodyBytes}\r\nDate: ${currentDate()}\r\n${connection}\r\n\r\n`;
}

// Private:

let date = '';
let dateSecond = 0;

function currentDate(): string {
  const now = Date.now();
  const second = Math.floor(now / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    date = new Date(now).toUTCString();
  }
  return date;
}
