import type { FetchNode, PlanNode } from '../../plan/index.ts';
import { conditionVariable, type SelectionContext } from './collect-fields.ts';
import { type DataObject, isDataObject, own, typenameOf } from './data-tree.ts';
import type { FetchSelection } from './fetch-selection.ts';
import type { Path } from './places.ts';

export interface Asked {
  readonly plan: PlanNode | undefined;
  readonly conditions: SelectionContext;
  readonly selectionOf: (node: FetchNode) => FetchSelection;
}

/**
 * The subgraph whose fetch was to bring what is missing at a path of the tree, of several the last in the plan; undefined where
 * none was. Reads the texts of fetches: only for what went wrong.
 */
export function whoWasAsked(path: Path, tree: DataObject, asked: Asked): string | undefined {
  let subgraph: string | undefined;
  const visit = (at: PlanNode | undefined, flattened: readonly string[]): void => {
    switch (at?.kind) {
      case 'Sequence':
      case 'Parallel':
        for (const node of at.nodes) visit(node, flattened);
        return;
      case 'Flatten':
        visit(at.node, [...flattened, ...at.path]);
        return;
      case 'Condition':
        visit(conditionVariable(at.condition, asked.conditions) ? at.ifClause : at.elseClause, flattened);
        return;
      case 'Fetch':
        if (isBelow(path, flattened) && selects(at, path, flattened.length, tree, asked)) {
          subgraph = at.serviceName;
        }
    }
  };
  visit(asked.plan, []);
  return subgraph;
}

// Private:

function isBelow(path: Path, flattened: readonly string[]): boolean {
  return (
    path.length > flattened.length &&
    flattened.every((step, index) => (step === '@' ? typeof path[index] === 'number' : step === path[index]))
  );
}

function selects(node: FetchNode, path: Path, depth: number, tree: DataObject, asked: Asked): boolean {
  const selection = asked.selectionOf(node);
  let value = path.slice(0, depth).reduce(valueAt, tree as unknown);
  let fields = selection.rootFields(node.requires && typenameIn(value));
  for (const [index, step] of path.entries()) {
    if (index < depth) continue;
    value = valueAt(value, step);
    if (typeof step === 'number') continue;
    const sets = fields.get(step);
    if (sets === undefined) return false;
    if (index === path.length - 1) return true;
    // Of a list the items have them, whose types may differ.
    fields = selection.fieldsOf(sets, typenameIn(path.slice(index + 1).reduce(itemAt, value)));
  }
  return false;
}

function valueAt(holder: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(holder) ? holder[step] : undefined;
  return isDataObject(holder) ? own(holder, step) : undefined;
}

/** Through lists, as far as the steps are indices. */
function itemAt(value: unknown, step: string | number): unknown {
  return typeof step === 'number' && Array.isArray(value) ? value[step] : value;
}

function typenameIn(value: unknown): string | undefined {
  return isDataObject(value) ? typenameOf(value) : undefined;
}
