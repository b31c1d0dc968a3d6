// Byte text: a string whose characters are the bytes of a UTF-8 text. It costs a byte a character, is never decoded or
// encoded on its way through, and node writes it to a socket as it is (`latin1`).

export function toByteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function fromByteText(byteText: string): string {
  return Buffer.from(byteText, 'latin1').toString('utf8');
}
