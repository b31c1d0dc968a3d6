import { isUtf8 } from 'node:buffer';
import { compactJson, hasWhiteSpace } from '../execute/compiled/compact-json.ts';
import { differsFrom, valueAt } from '../execute/compiled/json-bytes.ts';
import type { RawResponse } from '../subgraph/subgraph-client.ts';

/** Parts of an answer as byte text, each a JSON value that may be put into another text as it is. */
export interface Slices<T> {
  readonly data: T;
  readonly extensions: string | undefined;
}

export interface ExpectedPart {
  readonly dataKey: string;
  readonly count: number;
}

/** Cuts out `data`, an object. Undefined for an answer with errors, and for whatever is not plainly as expected. */
export function cutData(response: RawResponse): Slices<string> | undefined {
  return cut(response, (bytes, start) => {
    if (bytes[start] !== OPEN_OBJECT) return undefined;
    const end = valueAt(bytes, start);
    return { end, data: bytes.toString('latin1', start, end) };
  });
}

/** Cuts out the entities of each part. Undefined as for `cutData`, and where there are more or fewer than expected. */
export function cutEntities(
  response: RawResponse,
  expected: readonly ExpectedPart[],
): Slices<readonly (readonly string[])[]> | undefined {
  return cut(response, (bytes, start) => {
    const data: string[][] = [];
    let p = start;
    for (const { dataKey, count } of expected) {
      const opening = `${data.length === 0 ? '{' : ','}"${dataKey}":[`;
      if (differsFrom(bytes, p, opening)) return undefined;
      p += opening.length;
      const entities: string[] = [];
      for (let index = 0; index < count; index++) {
        if (index > 0 && bytes[p++] !== COMMA) return undefined;
        if (bytes[p] !== OPEN_OBJECT && bytes[p] !== FIRST_OF_NULL) return undefined;
        const end = valueAt(bytes, p);
        entities.push(bytes.toString('latin1', p, end));
        p = end;
      }
      if (bytes[p++] !== CLOSE_LIST) return undefined;
      data.push(entities);
    }
    return bytes[p] === CLOSE_OBJECT ? { end: p + 1, data } : undefined;
  });
}

/** Whether byte text is one strict JSON value: what was outside this process is looked at before it is used. */
export function isJsonValue(text: string): boolean {
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) && (attempt(() => valueAt(bytes, 0)) ?? -1) === bytes.length;
}

// Private:

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const FIRST_OF_NULL = 0x6e;

const JSON_TYPE = /^application\/(graphql-response\+)?json\s*(;|$)/i;
const DATA = '{"data":';
const EXTENSIONS = ',"extensions":';

type ReadData<T> = (bytes: Buffer, start: number) => { readonly end: number; readonly data: T } | undefined;

/** `{"data":…}` or `{"data":…,"extensions":…}`: an answer with anything else, `errors` above all, is not cut. */
function cut<T>(
  { status, contentType = '', body }: RawResponse,
  readData: ReadData<T>,
): Slices<T> | undefined {
  if (status !== 200 || !JSON_TYPE.test(contentType) || !isUtf8(body)) return undefined;
  const bytes = hasWhiteSpace(body) ? compactJson(body) : body;
  return attempt(() => {
    if (differsFrom(bytes, 0, DATA)) return undefined;
    const read = readData(bytes, DATA.length);
    if (read === undefined) return undefined;
    let p = read.end;
    let extensions: string | undefined;
    if (!differsFrom(bytes, p, EXTENSIONS)) {
      const start = p + EXTENSIONS.length;
      p = valueAt(bytes, start);
      extensions = bytes.toString('latin1', start, p);
    }
    if (bytes[p++] !== CLOSE_OBJECT) return undefined;
    // Some servers end their answer with a line break.
    while (bytes[p] === 10 || bytes[p] === 13) p++;
    return p === bytes.length ? { data: read.data, extensions } : undefined;
  });
}

/** The skipper throws where a text is not what it reads. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
