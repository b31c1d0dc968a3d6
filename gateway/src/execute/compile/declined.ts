/** Thrown by the compiler for what the compiled form does not cover; the complete executor then answers the operation. */
export class Declined extends Error {
  override readonly name = 'Declined';
}
