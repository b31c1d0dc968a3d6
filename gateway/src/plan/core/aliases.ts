import { FragmentElement, type Selection, SelectionSet } from '@apollo/federation-internals';
import type { DataRewrite } from '../query-plan.ts';

// Where a subgraph would refuse two fields of one name, for what their types promise, the planner gives one of them an alias, and says in
// the fetch's `outputRewrites` what to call it in the answer. It loses some of these aliases between the two.

/** Between a type and the conditions under which a fragment asks for it. No name has a space. */
const CONDITIONS = ' ';

/**
 * The planner finds a field again by the types of the fragments around it: in a fragment that has only conditions it does not,
 * and of two that differ by their conditions it takes one for the other. Here each has a way of its own to it.
 */
export function mendAliasesInFragments(): void {
  FragmentElement.prototype.asPathElement = function (this: FragmentElement): string {
    const conditions = this.appliedDirectives.length > 0 ? CONDITIONS + this.key() : '';
    return `... on ${this.castedType().name}${conditions}`;
  };
  SelectionSet.prototype.fieldsInSet = function (this: SelectionSet) {
    return this.selections().flatMap(fieldsIn);
  };
}

function fieldsIn(selection: Selection): ReturnType<SelectionSet['fieldsInSet']> {
  if (selection.kind === 'FieldSelection') return [{ path: [], field: selection }];
  const way = selection.element.asPathElement() ?? '';
  const inner = selection.selectionSet.fieldsInSet();
  return inner.map(({ path, field }) => ({ path: [way, ...path], field }));
}

interface Finalized {
  readonly selection: SelectionSet;
  readonly outputRewrites: readonly DataRewrite[];
}

/** The class `FetchGroup` of buildPlan.js, as far as it matters here. It is not exported. */
interface FetchGroup {
  finalizeSelection(this: Pick<Finalized, 'selection'>, ...context: unknown[]): Finalized;
}

/** Below a field with such an alias the planner looks for those that need one too, and then forgets them: here it looks until there are none. */
export function mendAliasesBelowAliases(group: object): void {
  const prototype = Object.getPrototypeOf(group) as FetchGroup;
  const { finalizeSelection } = prototype;
  prototype.finalizeSelection = function (this, ...context) {
    let finalized = finalizeSelection.apply(this, context);
    while (finalized.outputRewrites.length > 0) {
      const { selection, outputRewrites: deeper } = finalizeSelection.apply(finalized, context);
      if (deeper.length === 0) break;
      // Their paths are those of the answer as it comes.
      const outputRewrites = [...deeper, ...finalized.outputRewrites];
      finalized = { selection, outputRewrites };
    }
    return finalized;
  };
}

/** A rewrite as executors know it: by types, whatever the conditions. */
export function withoutConditions<T extends DataRewrite>(rewrite: T): T {
  return { ...rewrite, path: rewrite.path.map((element) => element.replace(BEHIND_TYPE, '')) };
}

const BEHIND_TYPE = /(?<=^\.\.\. on \w+) .*$/s;
