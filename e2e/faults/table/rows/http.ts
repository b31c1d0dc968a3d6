import { gzipSync } from 'node:zlib';
import type { Step } from '../../../src/fault-script.ts';
import type { FaultGroup } from '../fault-row.ts';
import { head, JSON_FIELDS, LIMITS, loyaltyLost, says, saysBody } from '../loyalty.ts';

const HTML = { 'content-type': 'text/html' };
const page = () => '<html><body><h1>SECRET-OF-LOYALTY</h1></body></html>';
const broken = (reason: RegExp) => loyaltyLost('SUBGRAPH_MALFORMED_RESPONSE', reason);
const unavailable = (reason: RegExp) => loyaltyLost('SUBGRAPH_UNAVAILABLE', reason);

/** Loyalty, or something before it, answers with HTTP that says no, or breaks the rules. */
export const http: FaultGroup = {
  title: 'HTTP answers that are none',
  rows: [
    {
      name: '500 with a page',
      begin: saysBody(page, { status: '500 Internal Server Error', fields: HTML }),
      ...unavailable(/status 500/),
    },
    {
      name: '502 of a proxy before it',
      begin: saysBody(page, { status: '502 Bad Gateway', fields: HTML }),
      ...unavailable(/status 502/),
    },
    {
      name: '503 with Retry-After',
      begin: saysBody(() => 'later', {
        status: '503 Service Unavailable',
        fields: { 'content-type': 'text/plain', 'retry-after': '1' },
      }),
      ...unavailable(/status 503/),
    },
    {
      name: '429: it has too many requests',
      begin: saysBody(() => 'slow down', {
        status: '429 Too Many Requests',
        fields: { 'content-type': 'text/plain', 'retry-after': '1' },
      }),
      ...loyaltyLost('SUBGRAPH_OVERLOADED', /./),
    },
    {
      name: '404: another service is there',
      begin: saysBody(page, { status: '404 Not Found', fields: HTML }),
      ...broken(/status 404/),
    },
    {
      name: '301 to somewhere else',
      begin: saysBody(() => '', {
        status: '301 Moved Permanently',
        fields: { location: 'http://elsewhere.invalid/graphql' },
      }),
      ...broken(/status 301/),
    },
    {
      name: '307 to itself, for ever',
      begin: saysBody(() => '', { status: '307 Temporary Redirect', fields: { location: '/graphql' } }),
      ...broken(/status 307/),
    },
    {
      name: '204 without a body',
      begin: says(() => [head('204 No Content', {})]),
      ...broken(/status 204/),
    },
    {
      name: '200 with a page',
      begin: saysBody(page, { fields: HTML }),
      ...broken(/not JSON/),
    },
    {
      name: 'A right answer that calls itself text/plain',
      begin: saysBody((body) => body, { fields: { 'content-type': 'text/plain' } }),
      ...broken(/not JSON/),
    },
    {
      name: 'Something that is not HTTP',
      begin: says(() => ['SSH-2.0-OpenSSH_10.0\r\n']),
      ...broken(/starts with HTTP/),
    },
    {
      name: 'Content-Length is too long, then it closes',
      begin: says(({ body }) => [withLength(body, body.length + 100), body, 'CLOSE']),
      ...unavailable(/CONNECTION_CLOSED/),
    },
    {
      name: 'Content-Length is too long, and it waits',
      begin: says(({ body }) => [withLength(body, body.length + 100), body]),
      ...loyaltyLost('SUBGRAPH_TIMEOUT', /Timeout/),
    },
    {
      name: 'Content-Length is too short',
      begin: says(({ body }) => [withLength(body, body.length - 10), body]),
      ...broken(/not JSON/),
    },
    {
      name: 'Content-Length twice, with two values',
      begin: says(({ body }) => [
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\ncontent-length: 5\r\n\r\n${body}`,
      ]),
      ...broken(/one Content-Length/),
    },
    {
      name: 'Both Content-Length and Transfer-Encoding',
      begin: says(({ body }) => [
        head('200 OK', {
          ...JSON_FIELDS,
          'content-length': String(body.length),
          'transfer-encoding': 'chunked',
        }),
        `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      ]),
      ...broken(/never both/),
    },
    {
      name: 'A chunk that lies about its size',
      begin: says(({ body }) => [
        head('200 OK', { ...JSON_FIELDS, 'transfer-encoding': 'chunked' }),
        `5\r\n${body}\r\n0\r\n\r\n`,
      ]),
      ...broken(/chunk/),
    },
    {
      name: 'gzip that nobody asked for',
      begin: saysBody((body) => gzipSync(body), {
        fields: { ...JSON_FIELDS, 'content-encoding': 'gzip' },
      }),
      ...broken(/Content-Encoding/),
    },
    {
      name: '1,000 header fields',
      begin: saysBody((body) => body, {
        fields: {
          ...JSON_FIELDS,
          ...Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`x-${i}`, '1'])),
        },
      }),
      ...broken(/at most \d+ fields|at most \d+ bytes/),
    },
    {
      name: 'A header of 1 MB',
      begin: saysBody((body) => body, { fields: { ...JSON_FIELDS, 'x-large': 'x'.repeat(1_000_000) } }),
      ...broken(/at most \d+ bytes/),
    },
    {
      name: 'Early hints without an end',
      begin: says(() => forEver('HTTP/1.1 103 Early Hints\r\n\r\n')),
      ...broken(/interim/),
    },
    {
      name: 'A body of 100 MB, its length announced',
      begin: says(() => [withLength('', HUGE), ...repeated(HUGE)]),
      ...broken(/RESPONSE_TOO_LARGE/),
    },
    {
      name: 'A body of 100 MB, in chunks',
      begin: says(() => [
        head('200 OK', { ...JSON_FIELDS, 'transfer-encoding': 'chunked' }),
        ...repeated(HUGE, (part) => `${part.length.toString(16)}\r\n${part}\r\n`),
        '0\r\n\r\n',
      ]),
      ...broken(/RESPONSE_TOO_LARGE/),
    },
  ],
};

// Private:

const HUGE = 100_000_000;
const PART = 'x'.repeat(Math.min(100_000, LIMITS.responseBytes));

function withLength(_body: string, length: number): string {
  return head('200 OK', { ...JSON_FIELDS, 'content-length': String(length) });
}

function* repeated(length: number, frame: (part: string) => string = (part) => part): Generator<Step> {
  for (let sent = 0; sent < length; sent += PART.length) yield frame(PART);
}

function* forEver(step: Step): Generator<Step> {
  for (;;) {
    yield step;
    yield 1;
  }
}
