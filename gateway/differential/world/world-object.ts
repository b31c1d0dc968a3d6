import type { SelectionSetNode } from 'graphql';

/** A thing of the world. Entities are told apart by type and number, all others by the way that leads to them. */
export interface WorldObject {
  readonly type: string;
  readonly id: string;
  /** What asked for it, for @fromContext; unknown where it was looked up as an entity. */
  readonly parent?: WorldObject;
  /** What the gateway sent of it. */
  readonly representation?: Readonly<Record<string, unknown>>;
  /** External fields that this subgraph may answer here all the same. */
  readonly provided?: SelectionSetNode;
}

export function isWorldObject(value: unknown): value is WorldObject {
  return (
    typeof value === 'object' && value !== null && 'type' in value && 'id' in value && !Array.isArray(value)
  );
}

export function mapItems(value: unknown, map: (item: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map((item) => mapItems(item, map)) : map(value);
}

export function withParent(value: unknown, parent: WorldObject): unknown {
  return mapItems(value, (item) => (isWorldObject(item) ? { ...item, parent } : item));
}
