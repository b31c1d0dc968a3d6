import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutData, cutEntities, isJsonValue } from './answer-slices.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

function answer(body: string | Buffer, { status = 200, contentType = JSON_TYPE } = {}) {
  return { status, contentType, body: Buffer.from(body) };
}

const ONE_PART = [{ dataKey: '_entities', count: 2 }];
const TWO = '{"data":{"_entities":[{"id":"1"},{"id":"ü"}]}}';

describe('cutEntities', () => {
  it('gives each entity as it stands in the answer', () => {
    const [part = []] = cutEntities(answer(TWO), ONE_PART)?.data ?? [];
    expect(part.map((text) => Buffer.from(text, 'latin1').toString())).toEqual(['{"id":"1"}', '{"id":"ü"}']);
  });

  it('keeps parts apart, and takes one without entities', () => {
    const body = '{"data":{"a":[{"x":[1,{}]},null],"b":[],"c":[{}]},"extensions":{"t":[1]}}\n';
    const expected = [
      { dataKey: 'a', count: 2 },
      { dataKey: 'b', count: 0 },
      { dataKey: 'c', count: 1 },
    ];
    expect(cutEntities(answer(body), expected)).toEqual({
      data: [['{"x":[1,{}]}', 'null'], [], ['{}']],
      extensions: '{"t":[1]}',
    });
  });

  it('reads an answer with white space', () => {
    const body = JSON.stringify(JSON.parse(TWO), null, 2);
    expect(cutEntities(answer(body), ONE_PART)?.data).toHaveLength(1);
  });

  it.each([
    ['errors', '{"data":{"_entities":[{},{}]},"errors":[{"message":"x"}]}'],
    ['errors first', '{"errors":[{"message":"x"}],"data":{"_entities":[{},{}]}}'],
    ['an empty list of errors', '{"data":{"_entities":[{},{}]},"errors":[]}'],
    ['fewer', '{"data":{"_entities":[{}]}}'],
    ['more', '{"data":{"_entities":[{},{},{}]}}'],
    ['no list', '{"data":{"_entities":null}}'],
    ['no data', '{"data":null}'],
    ['scalars', '{"data":{"_entities":[1,2]}}'],
    ['lists', '{"data":{"_entities":[[],[]]}}'],
    ['nothing like null', '{"data":{"_entities":[nil,{}]}}'],
    ['another key', '{"data":{"entities":[{},{}]}}'],
    ['a further key', '{"data":{"_entities":[{},{}],"x":1}}'],
    ['a trailing comma', '{"data":{"_entities":[{},{},]}}'],
    ['something behind it', '{"data":{"_entities":[{},{}]}} {}'],
    ['half of it', '{"data":{"_entities":[{},{'],
    ['broken extensions', '{"data":{"_entities":[{},{}]},"extensions":{]}}'],
    ['nothing', ''],
    ['depth', `{"data":{"_entities":[{},{"a":${'['.repeat(5000)}${']'.repeat(5000)}}]}}`],
  ])('refuses %s', (_case, body) => {
    expect(cutEntities(answer(body), ONE_PART)).toBeUndefined();
  });

  it.each([
    ['another status', { status: 203 }],
    ['another type', { contentType: 'text/html' }],
  ])('refuses %s', (_case, head) => {
    expect(cutEntities(answer(TWO, head), ONE_PART)).toBeUndefined();
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(cutEntities(answer(Buffer.from(TWO, 'latin1')), ONE_PART)).toBeUndefined();
  });

  it('gives back what any entities were written as', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.constant(null))),
        (entities) => {
          const body = JSON.stringify({ data: { _entities: entities } });
          const [part = []] =
            cutEntities(answer(body), [{ dataKey: '_entities', count: entities.length }])?.data ?? [];
          expect(part.map((text) => Buffer.from(text, 'latin1').toString())).toEqual(
            entities.map((entity) => JSON.stringify(entity)),
          );
        },
      ),
    );
  });
});

describe('cutData', () => {
  it('gives the data without anything around it', () => {
    expect(cutData(answer('{"data":{"me":null,"x":"}"},"extensions":{}}'))).toEqual({
      data: '{"me":null,"x":"}"}',
      extensions: '{}',
    });
  });

  it.each(['{"data":null}', '{"data":[]}', '{"data":{"a":1},"errors":[{"message":"x"}]}', '{"data":{"a":}}'])(
    'refuses %s',
    (body) => {
      expect(cutData(answer(body))).toBeUndefined();
    },
  );
});

it.each([
  ['{"a":1}', true],
  ['null', true],
  ['{"a":1},{"b":2}', false],
  ['{"a":1', false],
  ['', false],
  ['{"a":"\xff"}', false],
])('isJsonValue %s: %s', (text, isOne) => {
  expect(isJsonValue(text)).toBe(isOne);
});
