import { randomInt } from 'node:crypto';

/** Nobody can foresee which keys collide. */
const SEED = randomInt(2 ** 31);
/** So much of a key is hashed: enough to tell keys apart, and no more of a long one. */
const HASHED_WORDS = 16;
const WORD = 4;

/** A 32-bit hash of the bytes from `start` to `end`; `v` is a view of the same bytes. Of what has just been read it costs a fifth of what its text does. */
export function hashOfBytes(b: Uint8Array, v: DataView, start: number, end: number): number {
  const length = end - start;
  let hash = SEED ^ length;
  if (length < WORD) {
    for (let p = start; p < end; p++) hash = mixed(hash, b[p] as number);
    return spread(hash);
  }
  const last = end - WORD;
  const step = length <= HASHED_WORDS * WORD ? WORD : Math.ceil(length / HASHED_WORDS);
  for (let p = start; p < last; p += step) hash = mixed(hash, v.getInt32(p, true));
  return spread(mixed(hash, v.getInt32(last, true)));
}

/** A 32-bit hash of a text. Not the one that its bytes have. */
export function hashOfText(text: string): number {
  const step = Math.ceil(text.length / HASHED_WORDS);
  let hash = SEED ^ text.length;
  for (let index = text.length - 1; index >= 0; index -= step) hash = mixed(hash, text.charCodeAt(index));
  return spread(hash);
}

/** One hash of two, or of one and the next few bytes. */
export function mixed(hash: number, next: number): number {
  const product = Math.imul(hash ^ next, 0x5bd1e995);
  return product ^ (product >>> 15);
}

/** Counted keys would stand side by side in a table otherwise (the last step of MurmurHash3). */
function spread(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
