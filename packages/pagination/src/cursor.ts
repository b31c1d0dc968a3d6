/** The kinds of values that a cursor may hold: what the list is ordered by, down to a unique last one. */
export interface CursorPartTypes {
  readonly string: string;
  readonly uuid: string;
  readonly integer: number;
  readonly bigint: bigint;
  /** Milliseconds, as JavaScript has them: the column must be timestamptz(3), or rows of one millisecond get lost. */
  readonly date: Date;
}
export type CursorPart = keyof CursorPartTypes;

/** The values of a cursor declared as, for one, `['date', 'uuid']`: `[Date, string]`. */
export type CursorValues<Parts extends readonly CursorPart[]> = {
  -readonly [Index in keyof Parts]: CursorPartTypes[Parts[Index]];
};

// Raise it when the payload changes its form; cursors of an older version are then refused, not misread.
const VERSION = 1;
// Longer than any cursor that this file makes of keys; decoding has to stay cheap.
const MAX_LENGTH = 1_000;

/** Makes the opaque text that clients send back as `after`: base64url of `[version, ...values]` as JSON. */
export function encodeCursor(values: readonly CursorPartTypes[CursorPart][]): string {
  const parts = values.map((value) => {
    if (value instanceof Date) return value.getTime();
    return typeof value === 'bigint' ? String(value) : value;
  });
  return Buffer.from(JSON.stringify([VERSION, ...parts])).toString('base64url');
}

/**
 * Reads a cursor that a client sent. Undefined for anything that `encodeCursor` would not have made for these parts:
 * then no value of it can reach SQL and fail there.
 */
export function decodeCursor<const Parts extends readonly CursorPart[]>(
  text: string,
  parts: Parts,
): CursorValues<Parts> | undefined {
  const payload = parsePayload(text);
  if (payload === undefined || payload[0] !== VERSION || payload.length !== parts.length + 1)
    return undefined;
  const values = parts.map((part, index) => DECODE[part](payload[index + 1]));
  if (values.includes(undefined)) return undefined;
  return values as CursorValues<Parts>; // each value was checked against its part
}

function parsePayload(text: string): readonly unknown[] | undefined {
  if (text.length > MAX_LENGTH || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INT8_TEXT = /^-?(0|[1-9]\d{0,18})$/;
const [INT4, INT8_END] = [2 ** 31, 2n ** 63n];
// Year 1 to 9999: PostgreSQL reads what Date writes there.
const DATE_MIN = Date.parse('0001-01-01T00:00:00Z');
const DATE_MAX = Date.parse('9999-12-31T00:00:00Z');

const DECODE: { readonly [Part in CursorPart]: (value: unknown) => CursorPartTypes[Part] | undefined } = {
  // PostgreSQL's text cannot hold NUL.
  string: (value) => (typeof value === 'string' && !value.includes('\0') ? value : undefined),
  uuid: (value) => (typeof value === 'string' && UUID.test(value) ? value : undefined),
  integer: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= -INT4 && value < INT4
      ? value
      : undefined,
  bigint: (value) => {
    if (typeof value !== 'string' || !INT8_TEXT.test(value)) return undefined;
    const number = BigInt(value);
    return number >= -INT8_END && number < INT8_END ? number : undefined;
  },
  date: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value > DATE_MIN && value < DATE_MAX
      ? new Date(value)
      : undefined,
};
