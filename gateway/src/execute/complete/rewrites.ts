import type { DataRewrite } from '../../plan/index.ts';
import { type DataObject, isDataObject, own, setOwn, typenameOf } from './data-tree.ts';
import type { TypeRelations } from './type-relations.ts';

const FRAGMENT = '... on ';

/** Applies a plan's rewrites to a value in place, in order. */
export function applyRewrites(
  value: unknown,
  rewrites: readonly DataRewrite[] | undefined,
  types: TypeRelations,
): void {
  for (const rewrite of rewrites ?? []) applyAt(value, rewrite, 0, types);
}

/** The type that a path element asks for; undefined for a response name. */
export function typeConditionOf(element: string): string | undefined {
  return element.startsWith(FRAGMENT) ? element.slice(FRAGMENT.length) : undefined;
}

/** Whether an object may be entered under a type condition. One that does not say its type may. */
export function satisfies(object: DataObject, condition: string, types: TypeRelations): boolean {
  const typename = typenameOf(object);
  return typename === undefined || types.isKindOf(typename, condition);
}

function applyAt(value: unknown, rewrite: DataRewrite, depth: number, types: TypeRelations): void {
  if (Array.isArray(value)) {
    for (const item of value) applyAt(item, rewrite, depth, types);
    return;
  }
  const element = rewrite.path[depth];
  if (element === undefined || !isDataObject(value)) return;
  const condition = typeConditionOf(element);
  if (condition !== undefined) {
    if (satisfies(value, condition, types)) applyAt(value, rewrite, depth + 1, types);
  } else if (depth < rewrite.path.length - 1) {
    applyAt(own(value, element), rewrite, depth + 1, types);
  } else {
    applyTo(value, element, rewrite);
  }
}

function applyTo(object: DataObject, key: string, rewrite: DataRewrite): void {
  if (rewrite.kind === 'ValueSetter') {
    setOwn(object, key, rewrite.setValueTo);
    return;
  }
  if (!Object.hasOwn(object, key)) return;
  setOwn(object, rewrite.renameKeyTo, united(own(object, rewrite.renameKeyTo), object[key]));
  delete object[key];
}

/**
 * What a fetch asked for twice of one object, under an alias of the plan's for some of its types: each time with other
 * fields.
 */
function united(one: unknown, other: unknown): unknown {
  if (one === undefined || one === null) return other;
  if (isDataObject(one) && isDataObject(other)) {
    for (const key of Object.keys(other)) setOwn(one, key, united(own(one, key), other[key]));
    return one;
  }
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    return one.map((item, index) => united(item, other[index]));
  }
  return other ?? one;
}
