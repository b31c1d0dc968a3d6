import { isExactNumber } from '../../subgraph/index.ts';

/** An object of a subgraph's answer. Only own properties count, and `__proto__` is a name like any other. */
export type DataObject = Record<string, unknown>;

/** Exact numbers are objects to `typeof`, but leaves to us. */
export function isDataObject(value: unknown): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

export function own(object: DataObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function setOwn(object: DataObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

export function typenameOf(object: DataObject): string | undefined {
  const typename = own(object, '__typename');
  return typeof typename === 'string' ? typename : undefined;
}

export function copyOf<T>(value: T): T {
  // The copy of a list is a list, that of an object an object: the type is the same.
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isDataObject(value)) return value;
  const copy: DataObject = Object.create(null);
  for (const key of Object.keys(value)) copy[key] = copyOf(value[key]);
  return copy as T;
}
