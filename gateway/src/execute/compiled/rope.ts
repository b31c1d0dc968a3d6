/** A piece of the answer that is not written yet. */
export interface Written {
  json(): string;
}

/** The text of a rope: pieces of text and nodes in turn. */
export function join(rope: readonly (string | Written)[]): string {
  let text = '';
  for (const piece of rope) text += typeof piece === 'string' ? piece : piece.json();
  return text;
}
