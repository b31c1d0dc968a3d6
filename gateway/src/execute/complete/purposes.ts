import { contextPlace, type FetchNode, type PlanNode, type RequiredSelection } from '../../plan/index.ts';
import { conditionVariable, type SelectionContext } from './collect-fields.ts';
import { type DataObject, isDataObject, own, typenameOf } from './data-tree.ts';
import type { FetchSelection } from './fetch-selection.ts';
import type { Path } from './places.ts';

export interface Asked {
  readonly plan: PlanNode | undefined;
  readonly conditions: SelectionContext;
  readonly selectionOf: (node: FetchNode) => FetchSelection;
}

/** What the fetches of one execution were for. Reads their texts: only for what went wrong. */
export class Purposes {
  readonly #tree: DataObject;
  readonly #asked: Asked;
  readonly #whoWasAsked = new Map<string, string | undefined>();
  readonly #isForNobody = new Map<string, boolean>();

  constructor(tree: DataObject, asked: Asked) {
    this.#tree = tree;
    this.#asked = asked;
  }

  /** The subgraph whose fetch was to bring what is missing at a path of the tree, of several the last in the plan; undefined where none was. */
  whoWasAsked(path: Path): string | undefined {
    return remembered(this.#whoWasAsked, alike(path, this.#tree), () =>
      whoWasAsked(path, this.#tree, this.#asked),
    );
  }

  /**
   * Whether a field that no client asked for was fetched for no other fetch either: a plan asks for the objects at one path all that is wanted
   * of any of them.
   */
  isFetchedForNobody(path: Path): boolean {
    return remembered(this.#isForNobody, alike(path, this.#tree), () =>
      isFetchedForNobody(path, this.#tree, this.#asked),
    );
  }
}

// Private:

/** The same for all items of lists that are of the same types: there may be thousands. */
function alike(path: Path, tree: DataObject): string {
  let value: unknown = tree;
  const steps = path.map((step) => {
    const type = typenameIn(value);
    value = valueAt(value, step);
    return typeof step === 'number' ? '@' : `${type}.${step}`;
  });
  return steps.join(' ');
}

function remembered<T>(known: Map<string, T>, key: string, find: () => T): T {
  if (known.has(key)) return known.get(key) as T;
  const found = find();
  known.set(key, found);
  return found;
}

function whoWasAsked(path: Path, tree: DataObject, asked: Asked): string | undefined {
  let subgraph: string | undefined;
  for (const { node, flattened } of fetches(asked)) {
    if (isBelow(path, flattened) && selects(node, path, flattened.length, tree, asked))
      subgraph = node.serviceName;
  }
  return subgraph;
}

function isFetchedForNobody(path: Path, tree: DataObject, asked: Asked): boolean {
  let isFetched = false;
  for (const { node, flattened } of fetches(asked)) {
    if (readsAsContext(node, flattened, path)) return false;
    if (!isBelow(path, flattened)) continue;
    const names = path.slice(flattened.length).filter((step) => typeof step === 'string');
    if (node.requires !== undefined && requires(node.requires, names)) return false;
    isFetched ||= selects(node, path, flattened.length, tree, asked);
  }
  return isFetched;
}

interface PlacedFetch {
  readonly node: FetchNode;
  readonly flattened: readonly string[];
}

/** In the order of the plan. */
function fetches({ plan, conditions }: Asked): readonly PlacedFetch[] {
  const found: PlacedFetch[] = [];
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
        found.push({ node, flattened });
    }
  };
  visit(plan, []);
  return found;
}

/** Of whatever type the objects are; also what is around or inside of the value that is read. What is at the path itself or below is wanted as little. */
function readsAsContext(
  { contextRewrites = [] }: FetchNode,
  flattened: readonly string[],
  path: Path,
): boolean {
  if (path.every((step, index) => isAlong(step, flattened[index]))) return false;
  const names = path.filter((step) => typeof step === 'string');
  return contextRewrites.some((rewrite) => {
    const place = contextPlace(rewrite.path, flattened);
    const common = Math.min(place.length, names.length);
    return names.slice(0, common).every((name, index) => name === place[index]);
  });
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
  return path.length > flattened.length && flattened.every((step, index) => isAlong(path[index], step));
}

/** Whether a step of a path leads the way of one of a plan's. */
function isAlong(step: string | number | undefined, flattened: string | undefined): boolean {
  return flattened === '@' ? typeof step === 'number' : step === flattened;
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
