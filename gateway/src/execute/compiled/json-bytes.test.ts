import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactJsonText, nearJsonText } from '../testing/near-json.ts';
import {
  booleanAt,
  differsFrom,
  floatAt,
  intAt,
  nullAt,
  SteppedAside,
  stringAt,
  valueAt,
} from './json-bytes.ts';

type Reader = (b: Uint8Array, v: DataView, p: number) => number;

const READERS = {
  string: stringAt,
  int: (b, _v, p) => intAt(b, p),
  float: (b, _v, p) => floatAt(b, p),
  boolean: (b, _v, p) => booleanAt(b, p),
  null: (b, _v, p) => nullAt(b, p),
  value: (b, _v, p) => valueAt(b, p),
} satisfies Record<string, Reader>;

const isOfType: Record<keyof typeof READERS, (value: unknown, text: string) => boolean> = {
  string: (value) => typeof value === 'string',
  int: (value, text) => typeof value === 'number' && (value | 0) === value && /^-?\d+$/.test(text),
  float: (value, text) =>
    typeof value === 'number' && Number.isFinite(value) && (text.length <= 15 || String(value) === text),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  value: () => true,
};

/** What the reader moves over between other bytes, a view with an offset among them; undefined where it steps aside. */
function read(reader: Reader, text: string, at = 0): string | undefined {
  const bytes = Buffer.from(text);
  try {
    const end = reader(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
    return bytes.toString('utf8', at, end);
  } catch (error) {
    if (error instanceof SteppedAside || error instanceof RangeError) return undefined;
    throw error;
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

describe.each(Object.entries(READERS))('the reader of a %s', (name, reader) => {
  const isRight = isOfType[name as keyof typeof READERS];

  it('moves over nothing but JSON of its type', () => {
    fc.assert(
      fc.property(nearJsonText, (text) => {
        const taken = read(reader, text);
        if (taken === undefined) return;
        const parsed = parse(taken);
        expect(parsed).toBeDefined();
        expect(isRight(parsed?.value, taken)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('stops where the value ends, whatever comes next', () => {
    fc.assert(
      fc.property(
        nearJsonText,
        fc.constantFrom(',', '}', ']', ',"a":1}'),
        fc.nat(3),
        (text, next, before) => {
          if (parse(text) === undefined || text !== text.trim()) return;
          const taken = read(reader, `${'['.repeat(before)}${text}${next}`, before);
          if (taken !== undefined) expect(taken).toBe(text);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('takes nothing that was cut off for a whole value', () => {
    fc.assert(
      fc.property(compactJsonText, fc.nat(), (text, cut) => {
        const taken = read(reader, text.slice(0, cut % text.length));
        if (taken !== undefined) expect(parse(taken)).toBeDefined();
      }),
    );
  });
});

describe('what servers send', () => {
  it('is read to its end: any JSON without white space', () => {
    fc.assert(
      fc.property(compactJsonText, (text) => {
        expect(read(READERS.value, text)).toBe(text);
      }),
      {
        numRuns: 2_000,
      },
    );
  });

  it('is read as strings of any length, characters and escapes, at any position', () => {
    const special = fc.constantFrom('"', '\\', '\n', '\u0001', 'é', '\u2028', '😀', '\ud800', 'a');
    const unit = fc.oneof(special, fc.string({ minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), fc.nat(8), (value, before) => {
        const text = JSON.stringify(value);
        expect(read(READERS.string, `${' '.repeat(before)}${text},`, before)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['0', '-1', '123456789', '-999999999', '1763712000', '2147483647', '-2147483648'])(
    'is read as an Int: %s',
    (text) => {
      expect(read(READERS.int, `${text}}`)).toBe(text);
    },
  );

  it.each([
    '1.0',
    '1e3',
    '-2147483649',
    '9999999999',
    '12345678901',
    '01',
    '-',
    '',
    '"1"',
    '+1',
    '2147483648',
  ])('is not read as an Int: %s', (text) => {
    expect(read(READERS.int, `${text}}`)).toBeUndefined();
  });

  it.each([
    '0.5',
    '-1.25',
    '100',
    '0.1234567890123',
    '0.30000000000000004',
    '-52.37021570000001',
    '1e-7',
    '1.5e+300',
  ])('is read as a Float: %s', (text) => {
    expect(read(READERS.float, `${text}}`)).toBe(text);
  });

  it.each([
    '1e400',
    '1E3',
    '1e3',
    '9007199254740993',
    '0.123456789012345678',
    '1.0000000000000000',
    '-1e999',
    '.5',
    '1.',
    'NaN',
    '-Infinity',
  ])('is not read as a Float: %s', (text) => {
    expect(read(READERS.float, `${text}}`)).toBeUndefined();
  });

  it.each(['"a\nb"', '"\\x"', '"\\u12"', '"\\u12g4"', '"open', '"open\\', "'a'", '"\u0000"', '"\\"'])(
    'is not read as a string: %j',
    (text) => {
      expect(read(READERS.string, text)).toBeUndefined();
    },
  );

  it('is left to others where it is nested deeper than the stack is sure to hold', () => {
    const nested = (depth: number) => `${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`;
    expect(read(READERS.value, nested(100))).toBe(nested(100));
    expect(read(READERS.value, nested(102))).toBeUndefined();
    expect(read(READERS.value, nested(100_000))).toBeUndefined();
  });

  it('is compared with a text byte by byte, past its end too', () => {
    const bytes = Buffer.from(',"_1":[');
    expect(differsFrom(bytes, 0, ',"_1":')).toBe(false);
    expect(differsFrom(bytes, 1, ',"_1":')).toBe(true);
    expect(differsFrom(bytes, 5, ':[{')).toBe(true);
  });
});
