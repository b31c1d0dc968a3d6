/** Uniform numbers in [0, 1), the same sequence for the same seed. */
export type Random = () => number;

/** A bijection of 32-bit integers that scatters neighbours (the "lowbias32" mixer by Chris Wellons). */
export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A generator of its own for each (stream, index) pair, so that no item depends on those made before it. */
export function createRandom(stream: number, index: number): Random {
  let state = mix32(mix32(stream) ^ index);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mix32(state) / 0x1_0000_0000;
  };
}

/** An integer in [low, high], both ends included. */
export function integerBetween(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/**
 * A well-formed version 4 UUID for (stream, a, b). Two pairs of one stream never collide: the first and the
 * last word are a Feistel network over (a, b), which is a bijection, and carry no version or variant bits.
 */
export function uuidOf(stream: number, a: number, b = 0): string {
  let left = a >>> 0;
  let right = b >>> 0;
  for (let round = 0; round < 4; round++) {
    const mixed = (left ^ mix32(right ^ mix32(stream + round))) >>> 0;
    left = right;
    right = mixed;
  }
  const middle = mix32(left ^ stream);
  const variant = mix32(right ^ stream);
  const text =
    hex(left) + hex((middle & 0xffff0fff) | 0x4000) + hex((variant & 0x3fffffff) | 0x80000000) + hex(right);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

// Private:

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
