import { type DataObject, isDataObject, own, setOwn, typenameOf } from './data-tree.ts';
import type { TypeRelations } from './type-relations.ts';

/**
 * Which fetch, by its place in the plan, brought a value; kept only where fetches met. Answers come in any order,
 * and where two of them disagree the later in the plan wins, so that the same answers always make the same data.
 */
export class Origins {
  readonly #ranks = new WeakMap<object, Map<string | number, number>>();
  readonly #typedBy = new WeakMap<object, Set<number>>();

  /** The rank of the value at `key`; `inherited` is that of the object or list that holds it. */
  of(holder: object, key: string | number, inherited: number): number {
    return this.#ranks.get(holder)?.get(key) ?? inherited;
  }

  set(holder: object, key: string | number, rank: number): void {
    const ranks = this.#ranks.get(holder);
    if (ranks) ranks.set(key, rank);
    else this.#ranks.set(holder, new Map([[key, rank]]));
  }

  /** Two fetches brought an object. */
  meet(existing: Ranked<DataObject>, incoming: Ranked<DataObject>): void {
    const ranks = this.#typedBy.get(existing.value) ?? new Set(ranksOfTyped(existing));
    this.#typedBy.set(existing.value, ranks);
    for (const rank of ranksOfTyped(incoming)) ranks.add(rank);
  }

  /** The ranks of the fetches that brought an object with its type; `rank` is that of the first. */
  typedBy(object: Ranked<DataObject>): Iterable<number> {
    return this.#typedBy.get(object.value) ?? ranksOfTyped(object);
  }
}

function ranksOfTyped({ value, rank }: Ranked<DataObject>): readonly number[] {
  return typenameOf(value) === undefined ? [] : [rank];
}

/** A value and the rank of the fetch that brought it. */
export interface Ranked<T> {
  readonly value: T;
  readonly rank: number;
}

/**
 * Merges answers into the tree: objects field by field, lists of one length item by item, null never replaces a
 * value, and otherwise the later fetch of the plan wins. Parts of an answer become parts of the tree as they are.
 */
export class Merger {
  readonly #origins: Origins;
  readonly #types: TypeRelations;

  constructor(origins: Origins, types: TypeRelations) {
    this.#origins = origins;
    this.#types = types;
  }

  merge(target: Ranked<DataObject>, source: Ranked<DataObject>): void {
    if (target.value === source.value) return;
    this.#origins.meet(target, source);
    const { value: object } = target;
    for (const key of Object.keys(source.value)) {
      const existing = own(object, key);
      const value = source.value[key];
      if (existing === undefined || (existing === null && value !== null)) {
        setOwn(object, key, value);
        this.#origins.set(object, key, source.rank);
        continue;
      }
      if (value === null || value === undefined) continue;
      const rank = this.#origins.of(object, key, target.rank);
      const merged =
        key === '__typename'
          ? this.#mergeTypename({ value: existing, rank }, { value, rank: source.rank })
          : this.#mergeValue({ value: existing, rank }, { value, rank: source.rank });
      if (merged !== existing) setOwn(object, key, merged);
      this.#keepOrigin({ value: existing, rank }, { value, rank: source.rank }, merged, object, key);
    }
  }

  #mergeValue(existing: Ranked<unknown>, incoming: Ranked<unknown>): unknown {
    const { value: target } = existing;
    const { value: source } = incoming;
    if (isDataObject(target) && isDataObject(source)) {
      this.merge({ value: target, rank: existing.rank }, { value: source, rank: incoming.rank });
      return target;
    }
    if (Array.isArray(target) && Array.isArray(source) && target.length === source.length) {
      this.#mergeLists({ value: target, rank: existing.rank }, { value: source, rank: incoming.rank });
      return target;
    }
    return incoming.rank >= existing.rank ? source : target;
  }

  #mergeLists(target: Ranked<unknown[]>, source: Ranked<unknown[]>): void {
    if (target.value === source.value) return;
    for (const [index, item] of source.value.entries()) {
      const existing = target.value[index];
      if (item === null) continue;
      const rank = this.#origins.of(target.value, index, target.rank);
      const merged =
        existing === null
          ? item
          : this.#mergeValue({ value: existing, rank }, { value: item, rank: source.rank });
      if (merged !== existing) target.value[index] = merged;
      this.#keepOrigin(
        { value: existing, rank },
        { value: item, rank: source.rank },
        merged,
        target.value,
        index,
      );
    }
  }

  /** A value that two fetches brought alike counts as that of the later. */
  #keepOrigin(
    existing: Ranked<unknown>,
    incoming: Ranked<unknown>,
    merged: unknown,
    holder: object,
    key: string | number,
  ): void {
    if (merged !== existing.value || (merged === incoming.value && incoming.rank > existing.rank)) {
      this.#origins.set(holder, key, incoming.rank);
    }
  }

  /** A subgraph that knows an interface only as an object (@interfaceObject) says less than one that knows the type. */
  #mergeTypename(existing: Ranked<unknown>, incoming: Ranked<unknown>): unknown {
    const wasAbstract = this.#isAbstract(existing.value);
    const isAbstract = this.#isAbstract(incoming.value);
    if (wasAbstract !== isAbstract) return isAbstract ? existing.value : incoming.value;
    return incoming.rank >= existing.rank ? incoming.value : existing.value;
  }

  #isAbstract(typename: unknown): boolean {
    return typeof typename === 'string' && this.#types.isAbstract(typename);
  }
}
