/** Bytes that the code expects next, collected until something has to be read in between. */
export class ExpectedText {
  #text = '';

  /** Where `p` would be after the expected text. */
  get offset(): number {
    return this.#text.length;
  }

  add(text: string): void {
    this.#text += text;
  }

  /** Code that checks the text at `p` and moves past it. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text === '' ? '' : `if (${differs(text, 'p')}) aside(); // ${text}\np += ${text.length};\n`;
  }
}

/**
 * An expression that is true where the bytes at `at` are not `text`, by 32-bit loads: the last one overlaps the one
 * before where the length is no multiple of four. Names of GraphQL are ASCII, so characters are bytes.
 */
export function differs(text: string, at: string): string {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 4) {
    return [...bytes].map((byte, index) => `b[${plus(at, index)}] !== ${byte}`).join(' || ');
  }
  const offsets: number[] = [];
  for (let offset = 0; offset + 4 <= bytes.length; offset += 4) offsets.push(offset);
  if (bytes.length % 4 !== 0) offsets.push(bytes.length - 4);
  return offsets
    .map((offset) => `v.getInt32(${plus(at, offset)}, true) !== ${bytes.readInt32LE(offset)}`)
    .join(' || ');
}

function plus(at: string, offset: number): string {
  return offset === 0 ? at : `${at} + ${offset}`;
}
