import { randomInt } from 'node:crypto';

/** What of a key is hashed: enough to tell keys apart, and no more for a long one. */
const HASHED_CHARACTERS = 16;
/** So few are looked through one by one. */
const FEW = 8;
const FIRST_CAPACITY = 32;
/** Keys whose hashes collide more often than this are meant to: then the engine's own map takes over, whose hashes nobody can foresee. */
const MAX_PROBES = 32;
const SEED = randomInt(2 ** 31);

/**
 * Numbers keys in the order of their first coming. An open hash table of numbers: the engine's own map costs twice the time, and
 * for ten thousand keys most of a megabyte that the garbage collector has to move.
 */
export class KeyNumbers {
  /** Each key once, at its number. */
  readonly keys: string[] = [];
  /** For the slots of the hash table the numbers of their keys, -1 where there is none. Made when there are more than a few. */
  #slots = NO_SLOTS;
  #map: Map<string, number> | undefined;

  /** The number of a key, a new one where it has not come yet. */
  of(key: string): number {
    if (this.#map !== undefined) return this.#inMap(this.#map, key);
    const { keys } = this;
    if (keys.length <= FEW) {
      const known = indexIn(keys, key);
      if (known !== -1) return known;
      if (keys.length < FEW) return keys.push(key) - 1;
    }
    if (2 * keys.length >= this.#slots.length) this.#grow();
    const mask = this.#slots.length - 1;
    let slot = hashOf(key) & mask;
    for (let probes = 0; probes < MAX_PROBES; probes++) {
      const number = this.#slots[slot] as number;
      if (number === -1) {
        this.#slots[slot] = keys.length;
        return keys.push(key) - 1;
      }
      if (keys[number] === key) return number;
      slot = (slot + 1) & mask;
    }
    this.#map = new Map(keys.map((known, number) => [known, number]));
    return this.#inMap(this.#map, key);
  }

  // Private:

  #inMap(map: Map<string, number>, key: string): number {
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, this.keys.length);
    return this.keys.push(key) - 1;
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, 4 * this.#slots.length);
    const slots = new Int32Array(capacity).fill(-1);
    for (let number = 0; number < this.keys.length; number++) {
      let slot = hashOf(this.keys[number] as string) & (capacity - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (capacity - 1);
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}

const NO_SLOTS = new Int32Array(0);

/** Keys are JSON: what is before their last character, a quote, tells most of them apart, and comparing costs more than that look. */
function indexIn(keys: readonly string[], key: string): number {
  const last = key.length - 2;
  const character = key.charCodeAt(last);
  for (let index = 0; index < keys.length; index++) {
    const known = keys[index] as string;
    if (known.length === key.length && (last < 0 || known.charCodeAt(last) === character) && known === key)
      return index;
  }
  return -1;
}

function hashOf(key: string): number {
  const step = Math.ceil(key.length / HASHED_CHARACTERS);
  let hash = SEED ^ key.length;
  for (let index = key.length - 1; index >= 0; index -= step) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  return hash;
}
