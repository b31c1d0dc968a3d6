/** A piece of the answer that is not written yet. */
export interface Written {
  json(): string;
}

/** From so many pieces on they are copied to one text at once; fewer are put together faster one by one. */
const LONG = 64;

/** The text of a rope: pieces of text and nodes in turn. The rope is used up. */
export function join(rope: (string | Written)[]): string {
  if (rope.length >= LONG) {
    for (let index = 0; index < rope.length; index++) rope[index] = textOf(rope[index] as string | Written);
    return rope.join('');
  }
  let text = '';
  for (const piece of rope) text += textOf(piece);
  return text;
}

/**
 * The same text in one piece. A text that stands at many places is copied to each of them when the answer is sent, and
 * the engine copies one piece faster than the many that it was put together from. Asking for a character does it.
 */
export function flat(text: string): string {
  return text.charCodeAt(0) === 123 ? text : text.slice();
}

function textOf(piece: string | Written): string {
  return typeof piece === 'string' ? piece : piece.json();
}
