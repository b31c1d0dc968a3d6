import type { KeyRenamer } from '../../plan/index.ts';
import { type DataObject, isDataObject, own } from './data-tree.ts';
import { type Path, type Place, pathOf } from './places.ts';
import { satisfies, typeConditionOf } from './rewrites.ts';
import type { TypeRelations } from './type-relations.ts';

/** What the objects around an entity give for its @fromContext arguments. */
export type ContextVariables =
  | { readonly kind: 'complete'; readonly values: Readonly<Record<string, unknown>> }
  /** A value never came: its own fetch failed. `path` leads to it from the root. */
  | { readonly kind: 'incomplete'; readonly path: Path };

/**
 * The values of @fromContext arguments for the entity at a place. A path leads up first, one `..` for each object
 * around the entity, then down to the value; of several paths to one variable, the types decide which leads anywhere.
 */
export function contextVariables(
  place: Place,
  renamers: readonly KeyRenamer[],
  types: TypeRelations,
): ContextVariables {
  const values: DataObject = Object.create(null);
  const missing = new Map<string, Path>();
  for (const { path, renameKeyTo } of renamers) {
    if (values[renameKeyTo] !== undefined && values[renameKeyTo] !== null) continue;
    const found = valueAt(place, path, types);
    if (found.kind === 'value') values[renameKeyTo] = found.value;
    if (found.kind === 'missing') missing.set(renameKeyTo, found.path);
  }
  for (const [name, path] of missing) if (values[name] === undefined) return { kind: 'incomplete', path };
  return { kind: 'complete', values };
}

type Found =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'missing'; readonly path: Path }
  /** The path is that of another type. */
  | { readonly kind: 'elsewhere' };

const ELSEWHERE: Found = { kind: 'elsewhere' };

function valueAt(place: Place, path: readonly string[], types: TypeRelations): Found {
  let at: Place | undefined = place;
  let up = 0;
  for (; path[up] === '..'; up++) at = at?.parent;
  return at === undefined ? ELSEWHERE : valueBelow(at.object, path, up, types, pathOf(at));
}

function valueBelow(
  value: unknown,
  path: readonly string[],
  depth: number,
  types: TypeRelations,
  at: Path,
): Found {
  const element = path[depth];
  if (value === undefined) return { kind: 'missing', path: at };
  if (element === undefined || value === null) return { kind: 'value', value };
  if (Array.isArray(value)) {
    const items = value.map((item, index) => valueBelow(item, path, depth, types, [...at, index]));
    const missing = items.find(({ kind }) => kind === 'missing');
    return (
      missing ?? { kind: 'value', value: items.map((item) => (item.kind === 'value' ? item.value : null)) }
    );
  }
  if (!isDataObject(value)) return ELSEWHERE;
  const condition = typeConditionOf(element);
  if (condition === undefined)
    return valueBelow(own(value, element), path, depth + 1, types, [...at, element]);
  return satisfies(value, condition, types) ? valueBelow(value, path, depth + 1, types, at) : ELSEWHERE;
}
