// The alphabets of HTTP/1.1 (RFC 9110, 5.5 and 5.6.2), a table look-up for a byte each.

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;

const tokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Field names, and the names in chunk extensions. */
export const IS_TOKEN = tableOf((byte) => tokenCharacters.includes(String.fromCharCode(byte)));

/** Field values and reason phrases: neither CR, LF nor NUL, which end things in one reader and not in another. */
export const IS_TEXT = tableOf((byte) => byte === TAB || (byte >= SPACE && byte !== 0x7f));

/** The byte at an index, or NUL behind the end, which no alphabet has. */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Of one hexadecimal digit; -1 for any other byte. */
export function hexValue(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function tableOf(isIn: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0));
}
