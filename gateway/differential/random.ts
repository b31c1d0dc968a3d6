/** A stream of draws that depends on its seed alone. */
export interface Random {
  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Some of the items, in their own order; each with the probability. */
  some<T>(items: readonly T[], probability: number): T[];
  shuffle<T>(items: readonly T[]): T[];
  /** Another stream: what is drawn from it changes nothing in this one. */
  fork(name: string): Random;
}

export function createRandom(seed: string): Random {
  let state = hashOf(seed);
  // mulberry32: small, and good enough for test data.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('Nothing to pick from');
      return item;
    },
    some: (items, probability) => items.filter(() => next() < probability),
    shuffle: (items) =>
      items
        .map((item) => ({ item, rank: next() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

/** 32 bits of a text (FNV-1a, then mixed so that texts with one start differ in all bits). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** From 0 to 1: whether something that happens at this rate happens to this one. */
export function shareOf(text: string): number {
  return hashOf(text) / 2 ** 32;
}
