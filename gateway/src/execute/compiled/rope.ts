/** A piece of the answer that is not written yet. */
export interface Written {
  json(): string;
  /** Adds the same piece by piece. */
  into(pieces: string[]): void;
}

/** From so many pieces on they are copied to one text at once; fewer are put together faster one by one. */
const LONG = 64;
/**
 * From so many on, nodes give their pieces to be copied, instead of a text of their own that is copied then: 6 % more of a
 * request for a thousand nodes, but those texts of ten thousand were what the garbage collector had to move, and an eighth of the whole request.
 */
const VERY_LONG = 8_192;

/** The text of a rope: pieces of text and nodes in turn. The rope is used up. */
export function join(rope: (string | Written)[]): string {
  if (rope.length >= VERY_LONG) return joinPieces(rope);
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

function joinPieces(rope: readonly (string | Written)[]): string {
  const pieces: string[] = [];
  for (const piece of rope) {
    if (typeof piece === 'string') pieces.push(piece);
    else piece.into(pieces);
  }
  return pieces.join('');
}

function textOf(piece: string | Written): string {
  return typeof piece === 'string' ? piece : piece.json();
}
