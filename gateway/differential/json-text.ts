// TypeScript's library does not have these yet. https://github.com/tc39/proposal-json-parse-with-source
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
};

/** A number that JSON.stringify writes with just these digits. */
export const rawNumber = rawJSON;
export const isRawNumber = isRawJSON;

/**
 * Parses JSON so that no digit is lost: a number that a double cannot hold stays a raw one. Spellings of one number
 * (`1.0`, `1e0`) become the same.
 */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? exactNumber(value, context.source) : value,
  );
}

/** Texts that are equal exactly where the values are, key order included. */
export function exactText(value: unknown): string {
  return JSON.stringify(parseExact(JSON.stringify(value)));
}

function exactNumber(value: number, source: string): unknown {
  const digits = plainDigits(source);
  if (Number.isFinite(value) && plainDigits(String(value)) === digits) return value === 0 ? 0 : value;
  return rawNumber(digits);
}

/** `12.50` and `1250e-2` are both `125e-1`. */
function plainDigits(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(source) ?? [];
  const significant = (whole + fraction).replace(/^0+/, '');
  const mantissa = significant.replace(/0+$/, '');
  if (mantissa === '') return '0';
  return `${sign}${mantissa}e${Number(exponent) - fraction.length + significant.length - mantissa.length}`;
}
