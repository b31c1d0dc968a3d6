import type { FetchNode, PlanNode, RequiredSelection } from '../../plan/index.ts';
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
  for (const { node, flattened } of fetchesAbove(path, asked)) {
    if (selects(node, path, flattened.length, tree, asked)) subgraph = node.serviceName;
  }
  return subgraph;
}

/**
 * Whether a field that no client asked for was fetched for no other fetch either: a plan asks for the objects at one path all that is wanted
 * of any of them. Of plans without @fromContext, whose fetches read what is above them.
 */
export function isFetchedForNobody(path: Path, tree: DataObject, asked: Asked): boolean {
  let isFetched = false;
  for (const { node, flattened } of fetchesAbove(path, asked)) {
    const names = path.slice(flattened.length).filter((step) => typeof step === 'string');
    if (node.requires !== undefined && requires(node.requires, names)) return false;
    isFetched ||= selects(node, path, flattened.length, tree, asked);
  }
  return isFetched;
}

// Private:

interface FetchAbove {
  readonly node: FetchNode;
  readonly flattened: readonly string[];
}

/** The fetches that may have been for what is at a path, in the order of the plan. */
function fetchesAbove(path: Path, { plan, conditions }: Asked): readonly FetchAbove[] {
  const found: FetchAbove[] = [];
  const visit = (node: PlanNode | undefined, flattened: readonly string[]): void => {
    switch (node?.kind) {
      case 'Sequence':
      case 'Parallel':
        for (const inner of node.nodes) visit(inner, flattened);
        return;
      case 'Flatten':
        visit(node.node, [...flattened, ...node.path]);
        return;
      case 'Condition':
        visit(conditionVariable(node.condition, conditions) ? node.ifClause : node.elseClause, flattened);
        return;
      case 'Fetch':
        if (isBelow(path, flattened)) found.push({ node, flattened });
    }
  };
  visit(plan, []);
  return found;
}

/** Of whatever type the objects are. */
function requires(selections: readonly RequiredSelection[], [name, ...below]: readonly string[]): boolean {
  return selections.some((selection) => {
    if (selection.kind === 'InlineFragment')
      return name !== undefined && requires(selection.selections, [name, ...below]);
    if ((selection.alias ?? selection.name) !== name) return false;
    return below.length === 0 || selection.selections === undefined || requires(selection.selections, below);
  });
}

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
