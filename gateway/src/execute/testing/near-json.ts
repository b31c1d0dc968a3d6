import fc from 'fast-check';

const SCRAPS = [
  ...'"\\{}[]:,.-+0129eEtfnulasr/ \t\n\r\b\0\x1f\x7f',
  ...[
    '\\u12',
    '\\ud800',
    '\\u00e9',
    '\\x',
    '\\"',
    'é',
    '😀',
    '\u2028',
    'true',
    'false',
    'null',
    '01',
    '1.',
    '.5',
  ],
  ...[
    '-',
    '1e400',
    '9007199254740993',
    '2147483648',
    'NaN',
    '""',
    '"a"',
    '[]',
    '{}',
    '{"a":1}',
    ',,',
    '__proto__',
  ],
];

/** Texts of JSON values as JSON.stringify writes them. */
export const compactJsonText: fc.Arbitrary<string> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
  fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map(String),
);

/** The same, a few characters put in, taken out or cut off: some are still JSON. */
export const nearJsonText: fc.Arbitrary<string> = fc
  .record({
    text: fc.oneof(
      compactJsonText,
      fc.array(fc.constantFrom(...SCRAPS), { maxLength: 6 }).map((parts) => parts.join('')),
    ),
    changes: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.nat({ max: 2 }),
        put: fc.constantFrom('', ...SCRAPS),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ text, changes }) =>
    changes.reduce((changed, { at, cut, put }) => {
      const start = Math.floor(at * changed.length);
      return (changed.slice(0, start) + put + changed.slice(start + cut)).toWellFormed();
    }, text),
  );
