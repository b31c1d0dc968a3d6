/** Thrown where an answer is not what the compiled code reads: the complete executor then takes over. */
export class SteppedAside extends Error {
  override readonly name = 'SteppedAside';
}

// One for all: making a stack trace would cost more than the reading.
const STEPPED_ASIDE = new SteppedAside('the answer is not what the compiled code reads');

export function aside(): never {
  throw STEPPED_ASIDE;
}

// Readers take the bytes and the position of a value and return the position after it. They accept a strict subset of
// JSON: no whitespace, and nothing that the client's type would not let through unchanged.

/** 0 inside a string, 1 at what ends or interrupts it: quote, backslash, control characters. */
const ENDS_STRING = new Uint8Array(256);
for (let byte = 0; byte < 32; byte++) ENDS_STRING[byte] = 1;
ENDS_STRING[34] = 1;
ENDS_STRING[92] = 1;

/** Reads four bytes at a time while none of them ends the string; `v` is a view of the same bytes. */
export function stringAt(b: Uint8Array, v: DataView, at: number): number {
  if (b[at] !== 34) aside();
  let p = at + 1;
  for (const last = b.length - 4; p <= last; p += 4) {
    const x = v.getInt32(p, true);
    // The high bit of a byte stays 0 where it is a quote, a backslash or below 32 (Hacker's Delight, 6-1).
    const hits = (x - 0x20202020) | ((x ^ 0x22222222) - 0x01010101) | ((x ^ 0x5c5c5c5c) - 0x01010101);
    if ((hits & ~x & 0x80808080) !== 0) break;
  }
  while (ENDS_STRING[b[p] as number] === 0) p++;
  return b[p] === 34 ? p + 1 : escapedStringAt(b, p);
}

function shortStringAt(b: Uint8Array, at: number): number {
  if (b[at] !== 34) aside();
  let p = at + 1;
  while (ENDS_STRING[b[p] as number] === 0) p++;
  return b[p] === 34 ? p + 1 : escapedStringAt(b, p);
}

function escapedStringAt(b: Uint8Array, at: number): number {
  let p = at;
  while (b[p] !== 34) {
    if (b[p] !== 92) aside();
    p = escapeAt(b, p);
    while (ENDS_STRING[b[p] as number] === 0) p++;
  }
  return p + 1;
}

function escapeAt(b: Uint8Array, p: number): number {
  switch (b[p + 1]) {
    case 34: // "
    case 47: // /
    case 92: // \
    case 98: // b
    case 102: // f
    case 110: // n
    case 114: // r
    case 116: // t
      return p + 2;
    case 117: // u
      for (let index = p + 2; index < p + 6; index++) if (!isHexDigit(b[index])) aside();
      return p + 6;
    default:
      return aside();
  }
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 102);
}

/** Up to nine digits are a 32-bit integer for certain; of ten, as seconds since 1970 have, the value decides. */
export function intAt(b: Uint8Array, at: number): number {
  let p = b[at] === 45 ? at + 1 : at;
  const first = p;
  while (isDigit(b[p])) p++;
  const digits = p - first;
  if (digits === 0 || digits > 10 || (digits > 1 && b[first] === 48) || continuesNumber(b[p])) aside();
  if (digits === 10 && digitsOf(b, first, p) > (first === at ? 0x7fffffff : 0x80000000)) aside();
  return p;
}

function digitsOf(b: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let p = start; p < end; p++) value = value * 10 + (b[p] as number) - 48;
  return value;
}

/** Up to fifteen digits without an exponent are what a double certainly holds; others where a double is written so. */
export function floatAt(b: Uint8Array, at: number): number {
  const end = numberAt(b, at);
  let isPlain = end - at <= 15;
  for (let p = at; isPlain && p < end; p++) isPlain = ((b[p] as number) | 32) !== 101;
  if (isPlain) return end;
  const text = asciiAt(b, at, end);
  return String(Number(text)) === text ? end : aside();
}

function asciiAt(b: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let p = start; p < end; p++) text += String.fromCharCode(b[p] as number);
  return text;
}

export function booleanAt(b: Uint8Array, p: number): number {
  if (b[p] === 116 && b[p + 1] === 114 && b[p + 2] === 117 && b[p + 3] === 101) return p + 4;
  if (b[p] === 102 && b[p + 1] === 97 && b[p + 2] === 108 && b[p + 3] === 115 && b[p + 4] === 101)
    return p + 5;
  return aside();
}

export function nullAt(b: Uint8Array, p: number): number {
  if (b[p] !== 110 || b[p + 1] !== 117 || b[p + 2] !== 108 || b[p + 3] !== 108) aside();
  return p + 4;
}

/** Deeper values would exhaust the stack. */
const MAX_DEPTH = 200;

/** Any JSON value. */
export function valueAt(b: Uint8Array, p: number, depth = 0): number {
  switch (b[p]) {
    case 34:
      return shortStringAt(b, p);
    case 123:
      return objectAt(b, p, depth);
    case 91:
      return listAt(b, p, depth);
    case 110:
      return nullAt(b, p);
    case 116:
    case 102:
      return booleanAt(b, p);
    default:
      return numberAt(b, p);
  }
}

function objectAt(b: Uint8Array, at: number, depth: number): number {
  if (depth > MAX_DEPTH) aside();
  let p = at + 1;
  if (b[p] === 125) return p + 1;
  for (;;) {
    p = shortStringAt(b, p);
    if (b[p] !== 58) aside();
    p = valueAt(b, p + 1, depth + 1);
    if (b[p] === 125) return p + 1;
    if (b[p] !== 44) aside();
    p++;
  }
}

function listAt(b: Uint8Array, at: number, depth: number): number {
  if (depth > MAX_DEPTH) aside();
  let p = at + 1;
  if (b[p] === 93) return p + 1;
  for (;;) {
    p = valueAt(b, p, depth + 1);
    if (b[p] === 93) return p + 1;
    if (b[p] !== 44) aside();
    p++;
  }
}

function numberAt(b: Uint8Array, at: number): number {
  let p = b[at] === 45 ? at + 1 : at;
  if (b[p] === 48) p++;
  else p = digitsAt(b, p);
  if (b[p] === 46) p = digitsAt(b, p + 1);
  if (((b[p] as number) | 32) === 101) {
    p++;
    if (b[p] === 43 || b[p] === 45) p++;
    p = digitsAt(b, p);
  }
  return p;
}

function digitsAt(b: Uint8Array, at: number): number {
  let p = at;
  while (isDigit(b[p])) p++;
  if (p === at) aside();
  return p;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

/** A point or an exponent: `1.0` is an integer too, but not one to pass on unchanged. */
function continuesNumber(byte: number | undefined): boolean {
  return byte === 46 || byte === 101 || byte === 69;
}

/** Whether the bytes at a position are not this ASCII text. */
export function differsFrom(b: Uint8Array, p: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (b[p + index] !== text.charCodeAt(index)) return true;
  return false;
}
