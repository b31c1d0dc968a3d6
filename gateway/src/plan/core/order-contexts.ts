import { contextPlace, withoutLists } from '../context-place.ts';
import type { KeyRenamer } from '../query-plan.ts';

/** The class `FetchDependencyGraph` of buildPlan.js, as far as it matters here. It is not exported. */
export interface FetchGraph {
  readonly groups: readonly FetchGroup[];
}

/** The class `FetchGroup` of the same: one fetch of the plan to be. */
export interface FetchGroup {
  /** Where it puts its entities, with `@` for each list; absent for root fields. */
  readonly mergeAt?: readonly string[];
  readonly selection: Selections;
  readonly _contextInputs?: readonly KeyRenamer[];
  isDescendantOf(other: FetchGroup): boolean;
  addParent(parent: { readonly group: FetchGroup }): void;
}

interface Selections {
  selections(): readonly {
    readonly kind: 'FieldSelection' | 'FragmentSelection';
    readonly element: { responseName?(): string };
    readonly selectionSet?: Selections;
  }[];
}

/**
 * A fetch with a @fromContext argument reads what other fetches bring. The planner makes it wait for them only where the
 * field's own subgraph would be the one to ask; here each waits for all that bring what it reads.
 */
export function orderContexts({ groups }: FetchGraph): void {
  for (const reader of groups) {
    for (const { path } of reader._contextInputs ?? []) {
      const read = contextPlace(path, reader.mergeAt ?? []);
      for (const group of groups) {
        // A group that waits for the reader cannot be what it waits for: it brings the same to where others have.
        if (group === reader || !brings(group, read)) continue;
        if (reader.isDescendantOf(group) || group.isDescendantOf(reader)) continue;
        reader.addParent({ group });
      }
    }
  }
}

function brings({ mergeAt = [], selection }: FetchGroup, read: readonly string[]): boolean {
  const above = withoutLists(mergeAt);
  return above.every((name, index) => name === read[index]) && selects(selection, read.slice(above.length));
}

function selects(selections: Selections, path: readonly string[]): boolean {
  const [name, ...deeper] = path;
  return selections.selections().some(({ kind, element, selectionSet }) => {
    if (kind === 'FragmentSelection') return selectionSet !== undefined && selects(selectionSet, path);
    if (element.responseName?.() !== name) return false;
    return deeper.length === 0 || (selectionSet !== undefined && selects(selectionSet, deeper));
  });
}
