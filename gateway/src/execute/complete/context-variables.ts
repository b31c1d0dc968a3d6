import type { KeyRenamer } from '../../plan/index.ts';
import { type DataObject, isDataObject, own } from './data-tree.ts';
import type { Place } from './places.ts';
import { satisfies, typeConditionOf } from './rewrites.ts';
import type { TypeRelations } from './type-relations.ts';

/**
 * The values of @fromContext arguments for the entity at a place. A path leads up first, one `..` for each object
 * around the entity, then down to the value; of several paths to one variable, the types decide which leads anywhere.
 */
export function contextVariables(
  place: Place,
  renamers: readonly KeyRenamer[],
  types: TypeRelations,
): Readonly<Record<string, unknown>> {
  const variables: DataObject = Object.create(null);
  for (const { path, renameKeyTo } of renamers) {
    if (variables[renameKeyTo] !== undefined && variables[renameKeyTo] !== null) continue;
    const value = valueAt(place, path, types);
    if (value !== undefined) variables[renameKeyTo] = value;
  }
  return variables;
}

function valueAt(place: Place, path: readonly string[], types: TypeRelations): unknown {
  let at: Place | undefined = place;
  let up = 0;
  for (; path[up] === '..'; up++) at = at?.parent;
  return at === undefined ? undefined : valueBelow(at.object, path, up, types);
}

function valueBelow(value: unknown, path: readonly string[], depth: number, types: TypeRelations): unknown {
  const element = path[depth];
  if (element === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => valueBelow(item, path, depth, types) ?? null);
  if (!isDataObject(value)) return undefined;
  const condition = typeConditionOf(element);
  if (condition === undefined) return valueBelow(own(value, element), path, depth + 1, types);
  return satisfies(value, condition, types) ? valueBelow(value, path, depth + 1, types) : undefined;
}
