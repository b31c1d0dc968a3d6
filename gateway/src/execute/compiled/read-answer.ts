import { isUtf8 } from 'node:buffer';
import type { RawResponse } from '../../subgraph/index.ts';
import { compactJson, hasWhiteSpace } from './compact-json.ts';
import { aside, valueAt } from './json-bytes.ts';
import type { ModuleExports, RunState } from './load-module.ts';

const JSON_TYPE = /^application\/(graphql-response\+)?json\s*(;|$)/i;

/** Reads the value at a position of the answer's `data` and returns the position after it. */
export type ReadData = (bytes: Buffer, p: number) => number;

/**
 * Reads an answer that has data and nothing to complain about.
 * @throws SteppedAside or RangeError where it is anything else; what was read until then is of no use.
 */
export function readAnswer(
  { begin, end }: ModuleExports,
  run: RunState,
  response: RawResponse,
  readData: ReadData,
): void {
  const { status, contentType = '' } = response;
  if (status !== 200 || !isJson(contentType)) aside();
  const body = hasWhiteSpace(response.body) ? compactJson(response.body) : response.body;
  if (!isUtf8(body)) aside();
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (view.getInt32(0, true) !== DATA_1 || view.getInt32(4, true) !== DATA_2) aside();
  let p: number;
  try {
    begin(body, view, run);
    p = readData(body, 8);
  } finally {
    end();
  }
  while (body[p] === 44) p = extensionsAt(body, view, p);
  if (body[p] !== 125) aside();
  // Some servers end their answer with a line break.
  for (p++; p < body.length; p++) if (body[p] !== 10 && body[p] !== 13) aside();
}

let lastContentType = '';

/** Servers say the same each time. */
function isJson(contentType: string): boolean {
  if (contentType === lastContentType) return true;
  if (!JSON_TYPE.test(contentType)) return false;
  lastContentType = contentType;
  return true;
}

const DATA_1 = Buffer.from('{"da').readInt32LE();
const DATA_2 = Buffer.from('ta":').readInt32LE();
const EXTENSIONS = Buffer.from(',"extensions":');

/** Extensions are the subgraph's word to its operators. They are checked to be JSON and left out. */
function extensionsAt(body: Uint8Array, view: DataView, p: number): number {
  for (let index = 0; index < EXTENSIONS.length; index++) {
    if (view.getUint8(p + index) !== EXTENSIONS[index]) aside();
  }
  return valueAt(body, p + EXTENSIONS.length);
}
