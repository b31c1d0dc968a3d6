// Byte text: a string whose characters are the bytes of a UTF-8 text. It costs a byte a character, is never decoded or
// encoded on its way through, and node writes it to a socket as it is (`latin1`).

/** Byte text, or the bytes themselves where they are many: a long string would be copied on its way, and one more time for its head. */
export type BytesOrText = string | Buffer;

export function asByteText(bytes: BytesOrText): string {
  return typeof bytes === 'string' ? bytes : bytes.toString('latin1');
}

export function toByteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function fromByteText(byteText: BytesOrText): string {
  const bytes = typeof byteText === 'string' ? Buffer.from(byteText, 'latin1') : byteText;
  return bytes.toString('utf8');
}
