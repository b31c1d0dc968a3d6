import { type DataObject, isDataObject, own } from './data-tree.ts';
import type { Origins } from './merge.ts';

/** An object of the tree and the way to it. */
export interface Place {
  readonly object: DataObject;
  /** The rank of the fetch that brought the object. */
  readonly rank: number;
  /** The object that holds this one. */
  readonly parent: Place | undefined;
  /** From the parent to this object: a field, then an index for each list around it. */
  readonly steps: readonly (string | number)[];
}

/** Of the tree itself, which no fetch brought. */
export const NOT_FETCHED = -1;

export type Path = readonly (string | number)[];

export function pathOf(place: Place): (string | number)[] {
  const above = place.parent === undefined ? [] : pathOf(place.parent);
  above.push(...place.steps);
  return above;
}

/** The objects at a plan's path below the given ones, in document order. What is null or absent on the way has none. */
export function placesAt(starts: readonly Place[], path: readonly string[], origins: Origins): Place[] {
  if (path.length === 0) return [...starts];
  const found: Place[] = [];
  for (const start of starts) descend(start, start.object, start.rank, [], path, 0, origins, found);
  return found;
}

/** The rank of the fetch that brought what is at the path; undefined where nothing is. */
export function rankAt(tree: DataObject, path: Path, origins: Origins): number | undefined {
  let value: unknown = tree;
  let rank = NOT_FETCHED;
  for (const step of path) {
    const holder = value;
    if (typeof step === 'number') value = Array.isArray(holder) ? holder[step] : undefined;
    else value = isDataObject(holder) ? own(holder, step) : undefined;
    if (value === undefined) return undefined;
    // Not undefined: what has something at a step is an object or a list.
    rank = origins.of(holder as object, step, rank);
  }
  return rank;
}

function descend(
  from: Place,
  value: unknown,
  rank: number,
  steps: readonly (string | number)[],
  path: readonly string[],
  depth: number,
  origins: Origins,
  found: Place[],
): void {
  if (Array.isArray(value)) {
    // A list where the path has no `@` is a subgraph's fault; its items are the better guess.
    const below = path[depth] === '@' ? depth + 1 : depth;
    for (let index = 0; index < value.length; index++) {
      const itemRank = origins.of(value, index, rank);
      descend(from, value[index], itemRank, [...steps, index], path, below, origins, found);
    }
    return;
  }
  if (!isDataObject(value)) return;
  const here = steps.length === 0 ? from : { object: value, rank, parent: from, steps };
  const name = path[depth];
  if (name === undefined) found.push(here);
  else
    descend(here, own(value, name), origins.of(value, name, rank), [name], path, depth + 1, origins, found);
}
