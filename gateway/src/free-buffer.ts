/**
 * Gives the memory of a buffer back at once that is its own and that nobody reads again. To whom still holds it, it is empty.
 *
 * Left to the collector, what answers have taken outside of its heap comes to 64 MB between two collections of the young generation; then V8
 * begins one of everything: docs/decisions/0027-bodies-are-freed.md.
 */
export function freeBuffer({ buffer, length }: Buffer): void {
  // A part of node's pool is not its own; and what is empty may have been freed before.
  if (length > 0 && buffer.byteLength === length && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
