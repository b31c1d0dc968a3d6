import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { RequiredSelection } from '../query-plan.ts';
import type { BakedField } from './required-arguments.ts';

/** A place in a representation, like `/address/zip`, -> the planner's name of the value that goes there. */
export type Places = Map<string, string>;

type BakedFields = ReadonlyMap<string, BakedField>;

/** The places that a @requires fills. */
export function placesOf(set: SelectionSetNode | undefined, baked: BakedFields): Places {
  const places: Places = new Map();
  const walk = (selections: readonly SelectionNode[], path: string) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const place = placeOf(path, selection.name.value, baked);
        places.set(place, selection.name.value);
        walk(selection.selectionSet?.selections ?? [], place);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet.selections, path);
      }
    }
  };
  walk(set?.selections ?? [], '');
  places.delete('/__typename');
  return places;
}

/** Calls with each place that representations fill; one that several names fill comes several times. */
export function forEachPlace(
  selections: readonly RequiredSelection[],
  baked: BakedFields,
  visit: (place: string, name: string) => void,
  path = '',
): void {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      forEachPlace(selection.selections, baked, visit, path);
    } else {
      const place = placeOf(path, selection.name, baked);
      visit(place, selection.name);
      forEachPlace(selection.selections ?? [], baked, visit, place);
    }
  }
}

/** The representations without what `keep` says no to. */
export function filterPlaces(
  selections: readonly RequiredSelection[],
  baked: BakedFields,
  keep: (place: string, name: string) => boolean,
  path = '',
): readonly RequiredSelection[] {
  return selections.flatMap((selection): readonly RequiredSelection[] => {
    const place = selection.kind === 'Field' ? placeOf(path, selection.name, baked) : path;
    if (selection.kind === 'Field' && !keep(place, selection.name)) return [];
    if (selection.selections === undefined) return [selection];
    const kept = filterPlaces(selection.selections, baked, keep, place);
    return kept.length === 0 ? [] : [{ ...selection, selections: kept }];
  });
}

function placeOf(path: string, name: string, baked: BakedFields): string {
  return `${path}/${baked.get(name)?.field ?? name}`;
}
