import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearJsonText } from '../testing/near-json.ts';
import { compactJson, hasWhiteSpace } from './compact-json.ts';

const compact = (text: string) => compactJson(Buffer.from(text)).toString();

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

describe('white space between tokens', () => {
  it('is taken out and nothing else is: what is in strings stays', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(1, 2, '\t', '\r\n'), (value, indent) => {
        expect(compact(JSON.stringify({ data: value }, undefined, indent))).toBe(
          JSON.stringify({ data: value }),
        );
      }),
    );
  });

  it('never makes JSON of what is none, nor another value of what is some', () => {
    fc.assert(
      fc.property(nearJsonText, (text) => {
        expect(parse(compact(text))).toEqual(parse(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each(['[1 2]', '[1\n 2]', '{"a":tr ue}', '[- 1]', '[1 .5]', '[nul\tl]'])(
    'does not join the halves of %j',
    (text) => {
      expect(parse(compact(text))).toBeUndefined();
    },
  );

  it.each([
    '{ "data":{}}',
    '{\n  "data": {}\n}',
    '{"data": {}}',
    '{"data" :{}}',
    '{\t"data":{}}',
    '\n{"data":{}}',
  ])('is found where servers have it: %j', (text) => {
    expect(hasWhiteSpace(Buffer.from(text))).toBe(true);
  });

  it.each(['{"data":{"a b": 1}}', '{}', ''])('is not looked for further in: %j', (text) => {
    expect(hasWhiteSpace(Buffer.from(text))).toBe(false);
  });
});
