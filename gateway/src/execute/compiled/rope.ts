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

/**
 * The same text in one piece. A text that stands at many places is copied to each of them when the answer is sent, and
 * the engine copies one piece faster than the many that it was put together from. Asking for a character does it.
 */
export function flat(text: string): string {
  return text.charCodeAt(0) === 123 ? text : text.slice();
}
