import { byteAt, COLON, CR, IS_TEXT, IS_TOKEN, LF, SPACE, TAB } from './lean-bytes.ts';
import { malformed } from './lean-fault.ts';

/** Where the section would end if more bytes were there. */
export const INCOMPLETE = -1;

const MAX_FIELDS = 128;

/** Takes the place of one field's name and of its value without the white space around it. */
export interface FieldReader {
  field(bytes: Buffer, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void;
}

/**
 * Reads a field section (RFC 9112, 5) up to and with its empty line, and gives the index behind that, or INCOMPLETE.
 * No white space before the colon, no folded lines, no line that ends in LF alone: each has let one reader see a
 * field that another did not.
 * @throws LeanFault
 */
export function readFields(bytes: Buffer, from: number, to: number, reader: FieldReader): number {
  let at = from;
  for (let count = 0; ; count++) {
    if (at >= to) return INCOMPLETE;
    if (byteAt(bytes, at) === CR) return endOfLine(bytes, at, to);
    if (count === MAX_FIELDS) throw malformed(`at most ${MAX_FIELDS} fields`);

    const nameStart = at;
    while (at < to && IS_TOKEN[byteAt(bytes, at)] === 1) at++;
    if (at === to) return INCOMPLETE;
    if (byteAt(bytes, at) !== COLON || at === nameStart) throw malformed('a field is "name: value"');
    const nameEnd = at++;

    const textStart = at;
    while (at < to && IS_TEXT[byteAt(bytes, at)] === 1) at++;
    const textEnd = at;
    at = endOfLine(bytes, at, to);
    if (at === INCOMPLETE) return INCOMPLETE;

    let valueStart = textStart;
    let valueEnd = textEnd;
    while (valueStart < valueEnd && isBlank(byteAt(bytes, valueStart))) valueStart++;
    while (valueEnd > valueStart && isBlank(byteAt(bytes, valueEnd - 1))) valueEnd--;
    reader.field(bytes, nameStart, nameEnd, valueStart, valueEnd);
  }
}

/** The index behind the CR LF that must be here, or INCOMPLETE. */
export function endOfLine(bytes: Buffer, at: number, to: number): number {
  if (at >= to) return INCOMPLETE;
  if (byteAt(bytes, at) !== CR) throw malformed('text has no control characters and lines end in CR LF');
  if (at + 1 >= to) return INCOMPLETE;
  if (byteAt(bytes, at + 1) !== LF) throw malformed('lines end in CR LF');
  return at + 2;
}

/** Whether a name, whose length is the same, is this one in lower case. */
export function isNamed(bytes: Buffer, nameStart: number, lowerCaseName: string): boolean {
  for (let index = 0; index < lowerCaseName.length; index++) {
    // Among token characters, setting this bit makes nothing but an upper-case letter equal to a lower-case letter,
    // and nothing at all equal to "-".
    if ((byteAt(bytes, nameStart + index) | 0x20) !== lowerCaseName.charCodeAt(index)) return false;
  }
  return true;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
