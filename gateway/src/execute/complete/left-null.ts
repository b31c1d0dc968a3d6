import type { SelectionSetNode } from 'graphql';
import { type DataObject, isDataObject, own, typenameOf } from './data-tree.ts';
import type { Target } from './faults.ts';
import type { FetchedFields, FetchSelection } from './fetch-selection.ts';
import { type Path, pathOf } from './places.ts';

/** The places of what a failed fetch was to bring that no other fetch has brought either. */
export function pathsLeftNull(target: Target, fetched: FetchSelection): Path[] {
  return pathsLeft(target, fetched, (value) => value === undefined || value === null);
}

/** Only those that no fetch has said anything of. */
export function pathsLeftMissing(target: Target, fetched: FetchSelection): Path[] {
  return pathsLeft(target, fetched, (value) => value === undefined);
}

// Private:

interface Search {
  readonly fetched: FetchSelection;
  readonly isLeft: (value: unknown) => boolean;
  readonly found: Path[];
}

function pathsLeft(
  { place, typename }: Target,
  fetched: FetchSelection,
  isLeft: (value: unknown) => boolean,
): Path[] {
  const search: Search = { fetched, isLeft, found: [] };
  visitObject(place.object, pathOf(place), fetched.rootFields(typename), search);
  return search.found;
}

function visitObject(object: DataObject, path: Path, fields: FetchedFields, search: Search): void {
  for (const [name, sets] of fields) {
    const value = own(object, name);
    const at = [...path, name];
    if (search.isLeft(value)) search.found.push(at);
    else if (sets.length > 0) visitValue(value, at, sets, search);
  }
}

function visitValue(value: unknown, path: Path, sets: readonly SelectionSetNode[], search: Search): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visitValue(item, [...path, index], sets, search);
  } else if (isDataObject(value)) {
    visitObject(value, path, search.fetched.fieldsOf(sets, typenameOf(value)), search);
  }
}
