import type { SelectionSetNode } from 'graphql';
import { type DataObject, isDataObject, own, typenameOf } from './data-tree.ts';
import type { Target } from './faults.ts';
import type { FetchedFields, FetchSelection } from './fetch-selection.ts';
import { type Path, pathOf } from './places.ts';

/** The places of what a failed fetch was to bring that no other fetch has brought either. */
export function pathsLeftNull({ place, typename }: Target, fetched: FetchSelection): Path[] {
  const paths: Path[] = [];
  visitObject(place.object, pathOf(place), fetched.rootFields(typename), fetched, paths);
  return paths;
}

function visitObject(
  object: DataObject,
  path: Path,
  fields: FetchedFields,
  fetched: FetchSelection,
  found: Path[],
): void {
  for (const [name, sets] of fields) {
    const value = own(object, name);
    const at = [...path, name];
    if (value === undefined || value === null) found.push(at);
    else if (sets.length > 0) visitValue(value, at, sets, fetched, found);
  }
}

function visitValue(
  value: unknown,
  path: Path,
  sets: readonly SelectionSetNode[],
  fetched: FetchSelection,
  found: Path[],
): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visitValue(item, [...path, index], sets, fetched, found);
  } else if (isDataObject(value)) {
    visitObject(value, path, fetched.fieldsOf(sets, typenameOf(value)), fetched, found);
  }
}
