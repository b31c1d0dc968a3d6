/** Taken from all of a text, and from its end. */
const SAMPLES = 64;
const LAST = 6;

/**
 * A number that differs where texts do, for the most part: from the length, the end and some of what is before. To hash all of a text
 * would cost more than what it is good for.
 */
export function markOf(text: string, before = 0): number {
  let mark = markOfEnd(text, before + text.length);
  const step = Math.ceil(text.length / SAMPLES);
  for (let index = 0; index < text.length; index += step) mark = (mark * 31 + text.charCodeAt(index)) | 0;
  return mark;
}

/** The same from the end alone, where the beginnings are the same. */
export function markOfEnd(text: string, before: number): number {
  let mark = before;
  for (let index = Math.max(0, text.length - LAST); index < text.length; index++) {
    mark = (mark * 31 + text.charCodeAt(index)) | 0;
  }
  return mark;
}
