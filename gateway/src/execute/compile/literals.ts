/** The texts that the code puts between what it has read, by the number it calls them by. They are byte text. */
export class Literals {
  readonly texts: string[] = [];

  numberOf(text: string): number {
    const known = this.texts.indexOf(text);
    return known === -1 ? this.texts.push(text) - 1 : known;
  }
}

/** So many bytes are written as numbers, four at a time. */
const FEW = 16;

/** Code that writes a text to an output. */
export function emitPut(text: string, output = 'output'): string {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length > FEW) return `${output}.literal(${JSON.stringify(text)});\n`;
  const words: string[] = [];
  for (let start = 0; start < bytes.length; start += 4) {
    const word = Buffer.alloc(4);
    const length = bytes.copy(word, 0, start, start + 4);
    words.push(`${output}.put(${word.readInt32LE()}, ${length});`);
  }
  return `${words.join(' ')} // ${text}\n`;
}
