import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differs, ExpectedText } from './emit-literal.ts';

/** What the expression says of a text at a position, in front of which and after which there are other bytes. */
function saysDiffers(expected: string, actual: string, before = 0): boolean {
  const b = Buffer.from(`${'x'.repeat(before)}${actual}`, 'latin1');
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength);
  return new Function('b', 'v', 'p', `return ${differs(expected, 'p')};`)(b, v, before);
}

const ascii = fc.string({ minLength: 1, maxLength: 24 });

describe('a comparison by 32-bit loads', () => {
  it('holds for the text itself at any position', () => {
    fc.assert(
      fc.property(ascii, fc.nat(9), ascii, (text, before, after) => {
        expect(saysDiffers(text, text + after, before)).toBe(false);
      }),
    );
  });

  it('fails for a text of which one byte is another', () => {
    fc.assert(
      fc.property(ascii, fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, change) => {
        const index = at % text.length;
        const other = String.fromCharCode((text.charCodeAt(index) + change) % 256);
        expect(saysDiffers(text, text.slice(0, index) + other + text.slice(index + 1))).toBe(true);
      }),
    );
  });

  it('fails, or throws a RangeError, where the bytes end too soon', () => {
    fc.assert(
      fc.property(ascii, fc.nat(), (text, cut) => {
        let result: unknown;
        try {
          result = saysDiffers(text, text.slice(0, cut % text.length));
        } catch (error) {
          result = error;
        }
        expect(result === true || result instanceof RangeError).toBe(true);
      }),
    );
  });
});

describe('expected text', () => {
  it('is collected until it is taken, and then moved past', () => {
    const expected = new ExpectedText();
    expected.add('{');
    expected.add('"a":');
    expect(expected.offset).toBe(5);
    expect(expected.take()).toMatch(/^if \(.*\) aside\(\); \/\/ \{"a":\np \+= 5;\n$/);
    expect([expected.offset, expected.take()]).toEqual([0, '']);
  });
});
