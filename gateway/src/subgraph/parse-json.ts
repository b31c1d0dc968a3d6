/** A number as it stands in a JSON text, where a double would change it. JSON.stringify writes it as it was. */
export interface ExactNumber {
  readonly rawJSON: string;
}

// TypeScript's library does not know these yet (ECMAScript 2026).
const { isRawJSON, rawJSON } = JSON as unknown as {
  isRawJSON(value: unknown): value is ExactNumber;
  rawJSON(text: string): ExactNumber;
};

export const isExactNumber: (value: unknown) => value is ExactNumber = isRawJSON;

/** Numbers of 16 digits or with an exponent. Finds some inside strings too, which costs time and nothing else. */
const MAY_BE_INEXACT = /(?:^|[:,[\s])-?(?:\d[\d.]{15}|\d[\d.]*[eE])/;

/** Whatever handles values by recursion would overflow the stack some thousand levels down: JSON.stringify, and merging. */
const MAX_DEPTH = 1000;

/**
 * JSON.parse, but for numbers that a double would change: those are ExactNumbers.
 * @throws SyntaxError, and RangeError for what is nested more than a thousand levels deep.
 */
export function parseJson(text: string): unknown {
  const value = parseExact(text);
  if (text.length > 2 * MAX_DEPTH) assertShallow(value, 0);
  return value;
}

/** The same for a text that is known not to be nested deeply. */
export function parseExact(text: string): unknown {
  // TypeScript's library does not know a reviver's third argument yet.
  if (MAY_BE_INEXACT.test(text)) return JSON.parse(text, keepExact as (key: string) => unknown);
  return JSON.parse(text);
}

function assertShallow(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new RangeError('The JSON is nested too deeply');
  for (const item of Array.isArray(value) ? value : Object.values(value)) assertShallow(item, depth + 1);
}

function keepExact(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined || isExact(value, source)) return value;
  return rawJSON(source);
}

/** Up to 15 significant digits survive a double (IEEE 754); more do when the shortest text of the double is the same. */
function isExact(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  const digits = source
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '');
  if (value === 0) return digits.length === 0;
  return digits.replace(/0+$/, '').length <= 15 || String(value) === source;
}
