import { describe, expect, it } from 'vitest';
import { SteppedAside, valueAt } from './json-bytes.ts';
import { readAnswer } from './read-answer.ts';
import { Rows } from './rows.ts';

class Run {
  readonly rows = new Rows({ rootSize: 0, usualCells: 0 });
}

/** What the reader of `data` was given to read; undefined where the answer is left to others. */
function read(body: string | Buffer, status = 200, contentType: string | undefined = 'application/json') {
  let text = '';
  const module = {
    Run,
    steps: [],
    write: () => '',
    end: () => {},
    begin: (bytes: Buffer) => {
      text = bytes.toString('latin1');
    },
  };
  let data: string | undefined;
  try {
    readAnswer(
      module,
      new Run(),
      { status, contentType, body: Buffer.from(body as string) },
      (bytes, start) => {
        const end = valueAt(bytes, start);
        data = text.slice(start, end);
        return end;
      },
    );
    return data;
  } catch (error) {
    if (error instanceof SteppedAside || error instanceof RangeError) return undefined;
    throw error;
  }
}

describe('an answer', () => {
  it.each(['{"data":{"a":1}}', '{"data":{"a":1}}\r\n', '{"data":{"a":1},"extensions":{"cost":1}}'])(
    'is read where it has data and no errors: %j',
    (body) => {
      expect(read(body)).toBe('{"a":1}');
    },
  );

  it('may have white space between its tokens', () => {
    expect(read(JSON.stringify({ data: { a: ['b c'] }, extensions: {} }, undefined, 2))).toBe(
      '{"a":["b c"]}',
    );
  });

  it('reaches the reader as byte text', () => {
    expect(read('{"data":"é"}')).toBe('"\xc3\xa9"');
  });

  it.each(['application/graphql-response+json', 'application/json; charset=utf-8', 'Application/JSON;'])(
    'may come as %s',
    (contentType) => {
      expect(read('{"data":{}}', 200, contentType)).toBe('{}');
    },
  );

  it.each(['text/html', 'application/jsonp', 'text/application/json', ''])(
    'may not come as %j',
    (contentType) => {
      expect(read('{"data":{}}', 200, contentType)).toBeUndefined();
    },
  );

  it('is not read under another status than 200', () => {
    for (const status of [201, 207, 301, 400, 500]) expect(read('{"data":{}}', status)).toBeUndefined();
  });

  it.each([
    ['errors', '{"data":{},"errors":[]}'],
    ['errors first', '{"errors":[{"message":"m"}],"data":{}}'],
    ['data twice', '{"data":{},"data":{}}'],
    ['unknown keys', '{"data":{},"more":1}'],
    ['extensions that are no JSON', '{"data":{},"extensions":{]}'],
    ['something after its end', '{"data":{}}{}'],
    ['no end', '{"data":{}'],
    ['no end of its extensions', '{"data":{},"extensions":'],
    ['a byte order mark', '\ufeff{"data":{}}'],
    ['nothing', ''],
    ['little', '{"d'],
    ['bytes that are not UTF-8', Buffer.from('{"data":"\xe9"}', 'latin1')],
    ['half a character at its end', Buffer.from('{"data":"é"}').subarray(0, 10)],
  ])('is left to others where it has %s', (_what, body) => {
    expect(read(body)).toBeUndefined();
  });
});
