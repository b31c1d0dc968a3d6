import { rawNumber } from '../json-text.ts';
import { hashOf, shareOf } from '../random.ts';

const WORDS = ['river', 'delta', 'Quelle', 'mouth', 'x', '', 'spring tide', 'null', '12', 'true'];
const SPICY = [
  'Ünïcödé ß',
  '日本語のテキスト',
  '🏞️ emoji 👩‍👩‍👧',
  'quote " backslash \\ slash /',
  'line\nfeed\r\ttab',
  'control \u0000\u001f\u007f',
  'separators \u2028\u2029',
  '{"data":{"not":"json"}}',
  '"},"__typename":"Evil',
  '\ufeffbyte order',
  'lone \\u12 escape',
];
const INTS = [0, 1, -1, 7, 42, 2_147_483_647, -2_147_483_648];
const FLOATS = [0, 1.5, -0.25, 5, 1e21, 1e-7, 12345.678, 0.1];
const EXOTIC_NUMBERS = [
  '9007199254740993',
  '1e400',
  '-1e400',
  '12.50',
  '0.1000000000000000055',
  '123456789012345678901234567890',
];

/** One of the type's values. Which one, the text `at` decides; `spice` is the share of values that are hard to carry. */
export function leafValue(type: string, at: string, spice: number): unknown {
  const hash = hashOf(`${type}|${at}`);
  const isSpicy = shareOf(`spice|${at}`) < spice;
  switch (type) {
    case 'Int':
      return isSpicy ? pick(INTS, hash) : hash % 1000;
    case 'Float':
      return isSpicy ? pick(FLOATS, hash) : (hash % 4000) / 8;
    case 'Boolean':
      return hash % 2 === 0;
    case 'ID':
      return isSpicy ? `id ${pick(SPICY, hash)}` : `id${hash % 1000}`;
    case 'String':
      return stringValue(hash, isSpicy);
    case 'Decimal':
      return isSpicy ? rawNumber(pick(EXOTIC_NUMBERS, hash)) : `${hash % 100}.${hash % 10}0`;
    default:
      return jsonValue(hash, isSpicy);
  }
}

function stringValue(hash: number, isSpicy: boolean): string {
  if (!isSpicy) return `${pick(WORDS, hash)} ${hash % 997}`;
  return hash % 11 === 0 ? `${pick(SPICY, hash)} `.repeat(200) : pick(SPICY, hash);
}

function jsonValue(hash: number, isSpicy: boolean): unknown {
  const text = stringValue(hash, isSpicy);
  const values: unknown[] = [
    { a: hash % 9, nested: { list: [1, null, text, { deep: [] }], __typename: 'NotAType' }, '': {} },
    [],
    {},
    text,
    hash % 100,
    false,
    [[1], [text]],
    ...(isSpicy
      ? [rawNumber(pick(EXOTIC_NUMBERS, hash)), nested(40), { 1: 'one', b: rawNumber('1e400') }]
      : []),
  ];
  return pick(values, hash >>> 4);
}

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { level: value };
  return value;
}

function pick<T>(items: readonly T[], hash: number): T {
  const item = items[hash % items.length];
  if (item === undefined) throw new Error('Nothing to pick from');
  return item;
}
