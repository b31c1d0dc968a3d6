import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Operations that ended a planner thread: for ten minutes they are refused at once, so that they cannot end one after another. */
export interface Culprits {
  add(key: string): void;
  has(key: string): boolean;
}

const REMEMBERED = 1_000;
const MEMORY_MS = 10 * 60_000;

export function createCulprits(): Culprits {
  const culprits = new LRUCache<string, true>({ max: REMEMBERED, ttl: MEMORY_MS });
  // Keys hold whole documents: remembering their hashes bounds the memory.
  const hash = (key: string) => createHash('sha256').update(key).digest('base64');
  return {
    add: (key) => {
      culprits.set(hash(key), true);
    },
    has: (key) => culprits.size > 0 && culprits.has(hash(key)),
  };
}
