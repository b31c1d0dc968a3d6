import type { RequiredSelection } from '../../plan/index.ts';
import { type DataObject, isDataObject, own, setOwn, typenameOf } from './data-tree.ts';
import type { TypeRelations } from './type-relations.ts';

/** What an object of the tree gives for the `requires` of a fetch. */
export type Representation =
  | { readonly kind: 'complete'; readonly value: DataObject }
  /** The object is of no type that the fetch asks for. */
  | { readonly kind: 'unwanted' }
  /** A field never came: its own fetch failed. `path` is the way to it from the object. */
  | { readonly kind: 'incomplete'; readonly path: readonly (string | number)[] };

/** Selects from an object what a subgraph needs to know its entity. A null is a value; only what is absent is missing. */
export function toRepresentation(
  object: DataObject,
  requires: readonly RequiredSelection[],
  types: TypeRelations,
): Representation {
  const value: DataObject = Object.create(null);
  const missing = select(object, withFetchedKeys(object, requires, types), types, value);
  if (missing !== undefined) return { kind: 'incomplete', path: missing };
  return typenameOf(value) === undefined ? { kind: 'unwanted' } : { kind: 'complete', value };
}

/** Without the keys that have not been fetched, where another one has. */
function withFetchedKeys(
  object: DataObject,
  requires: readonly RequiredSelection[],
  types: TypeRelations,
): readonly RequiredSelection[] {
  const isKey = (selection: RequiredSelection) =>
    selection.kind === 'InlineFragment' && selection.isOneOfKeys;
  if (!requires.some(isKey)) return requires;
  const isMissing = (selection: RequiredSelection) =>
    isKey(selection) && select(object, [selection], types, Object.create(null)) !== undefined;
  const fetched = requires.filter((selection) => !isMissing(selection));
  return fetched.some((selection) => isKey(selection) && isOf(object, selection, types)) ? fetched : requires;
}

type Missing = readonly (string | number)[] | undefined;

function select(
  source: DataObject,
  selections: readonly RequiredSelection[],
  types: TypeRelations,
  target: DataObject,
): Missing {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      if (!isOf(source, selection, types)) continue;
      const missing = select(source, selection.selections, types, target);
      if (missing !== undefined) return missing;
      continue;
    }
    const name = selection.alias ?? selection.name;
    const value = own(source, name);
    if (value === undefined) return [name];
    if (selection.selections === undefined) {
      setOwn(target, name, value);
      continue;
    }
    const selected = selectValue(value, selection.selections, types, own(target, name));
    if (selected.missing !== undefined) return [name, ...selected.missing];
    setOwn(target, name, selected.value);
  }
  return undefined;
}

/** `earlier` is what another fragment has selected of the same value. */
function selectValue(
  value: unknown,
  selections: readonly RequiredSelection[],
  types: TypeRelations,
  earlier: unknown,
): { readonly value?: unknown; readonly missing?: Missing } {
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      const selected = selectValue(
        item,
        selections,
        types,
        Array.isArray(earlier) ? earlier[index] : undefined,
      );
      if (selected.missing !== undefined) return { missing: [index, ...selected.missing] };
      items.push(selected.value);
    }
    return { value: items };
  }
  if (!isDataObject(value)) return { value };
  const target: DataObject = isDataObject(earlier) ? earlier : Object.create(null);
  const missing = select(value, selections, types, target);
  return missing === undefined ? { value: target } : { missing };
}

function isOf(object: DataObject, selection: RequiredSelection, types: TypeRelations): boolean {
  if (selection.kind === 'Field' || selection.typeCondition === undefined) return true;
  const typename = typenameOf(object);
  return typename !== undefined && types.isKindOf(typename, selection.typeCondition);
}
