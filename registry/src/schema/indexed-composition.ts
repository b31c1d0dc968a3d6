import { createRequire } from 'node:module';

/**
 * Apollo's check that each query can be answered asks for each field, from each subgraph, all ways into all other
 * subgraphs, and each way looks through all edges of its end. That is cubic in the subgraphs that share an entity: for 200
 * of them it took four minutes. Here the same is found by index: only ways whose end has the field are tried, and the
 * edges that may follow a key are found once for equal keys, not once for each edge. The version is pinned, and
 * indexed-composition.test.ts holds all outcomes against those of the untouched library, errors word by word.
 */
export function indexComposition(): void {
  if (indexed) return;
  indexed = true;
  const advance = pathModule.advancePathWithTransition;
  pathModule.advancePathWithTransition = (path, transition, ...rest) => {
    if (transition.kind !== 'FieldCollection') return advance(path, transition, ...rest);
    const outcome = advance(narrowed(path, transition.definition), transition, ...rest);
    if (Array.isArray(outcome)) return outcome;
    // The reasons tell of the ways that were left out too; they are read only when nothing else leads to the field.
    return new pathModule.UnadvanceableClosures(
      () => (advance(path, transition, ...rest) as DeadEnd).toUnadvanceables().reasons,
    );
  };
  followupModule.preComputeNonTrivialFollowupEdges = sharedFollowups;

  const state = validationModule.ValidationState.prototype;
  const validateTransition = state.validateTransition;
  state.validateTransition = function (context, edge, ...rest) {
    // Nothing follows a leaf: that it can be had is all that is asked, and no state comes of it.
    const { transition, tail } = edge;
    if (transition.kind === 'FieldCollection' && isLeaf(tail.type)) {
      if (isOpenFromSome(this, transition.definition)) return {};
    }
    return validateTransition.call(this, context, edge, ...rest);
  };
}

let indexed = false;

// Private:

// What of @apollo/query-graphs matters here; its modules are CommonJS and call each other through these objects.
const require = createRequire(import.meta.url);
const pathModule = require('@apollo/query-graphs/dist/graphPath.js') as PathModule;
const followupModule = require('@apollo/query-graphs/dist/nonTrivialEdgePrecomputing.js') as FollowupModule;

const validationModule = require('@apollo/composition/dist/validate.js') as ValidationModule;

interface ValidationModule {
  readonly ValidationState: { readonly prototype: ValidationState };
}

interface ValidationState {
  /** A list of paths, or below a mutation's root field one list for each subgraph that it could be run in. */
  readonly subgraphPathInfos: {
    readonly mutationField?: unknown;
    readonly paths: Iterable<{ readonly path: LazyPath }>;
  };
  validateTransition(context: unknown, edge: Edge, ...rest: readonly unknown[]): object;
}

interface PathModule {
  advancePathWithTransition: (
    path: LazyPath,
    transition: Transition,
    ...rest: readonly unknown[]
  ) => readonly unknown[] | DeadEnd;
  readonly UnadvanceableClosures: new (closure: () => unknown) => DeadEnd;
}

interface FollowupModule {
  preComputeNonTrivialFollowupEdges: (graph: QueryGraph) => (edge: Edge) => readonly Edge[];
}

interface DeadEnd {
  toUnadvanceables(): { readonly reasons: unknown };
}

interface LazyPath {
  readonly path: Way;
  readonly conditionResolver: unknown;
  readonly overrideConditions: unknown;
  indirectOptions(): Indirect;
}

interface Indirect {
  readonly paths: readonly Way[];
  readonly deadEnds: unknown;
}

interface Way {
  readonly tail: Vertex;
  nextEdges(): readonly Edge[];
  lastEdge(): Edge | undefined | null;
}

interface Vertex {
  readonly index: number;
  readonly type: { readonly name: string; readonly kind: string };
}

interface Edge {
  readonly tail: Vertex;
  readonly transition: Transition;
  readonly conditions: { toString(): string } | undefined;
  readonly overrideCondition: unknown;
  readonly requiredContexts: readonly unknown[];
}

type Transition =
  | { readonly kind: 'FieldCollection'; readonly definition: Field }
  | { readonly kind: 'KeyResolution' | 'RootTypeResolution' | 'SubgraphEnteringTransition' | 'DownCast' };

interface Field {
  readonly name: string;
  readonly parent: { readonly name: string };
}

interface QueryGraph {
  outEdges(vertex: Vertex): readonly Edge[];
}

function isLeaf({ kind }: { readonly kind: string }): boolean {
  return kind === 'ScalarType' || kind === 'EnumType';
}

function isOpenFromSome({ subgraphPathInfos }: ValidationState, field: Field): boolean {
  if (subgraphPathInfos.mutationField !== undefined) return false;
  for (const { path } of subgraphPathInfos.paths) if (isOpen(path, field)) return true;
  return false;
}

/** Whether the field can be had, here or by a way into another subgraph, on no condition at all. */
function isOpen(path: LazyPath, { name, parent }: Field): boolean {
  // The root fields of mutations are told apart by the subgraph that their path enters.
  if (path.path.lastEdge()?.transition.kind === 'SubgraphEnteringTransition') return false;
  if (path.path.tail.type.name === parent.name && openFieldsAfter(path.path).has(name)) return true;
  const indirect = path.indirectOptions();
  let open = openFields.get(indirect);
  if (open === undefined) {
    open = new Set(
      indirect.paths.flatMap((way) =>
        [...openFieldsAfter(way)].map((field) => `${way.tail.type.name}.${field}`),
      ),
    );
    openFields.set(indirect, open);
  }
  return open.has(`${parent.name}.${name}`);
}

const openFields = new WeakMap<Indirect, ReadonlySet<string>>();
const openFieldsOfEdges = new WeakMap<readonly Edge[], ReadonlySet<string>>();

function openFieldsAfter(way: Way): ReadonlySet<string> {
  const edges = way.nextEdges();
  const known = openFieldsOfEdges.get(edges);
  if (known !== undefined) return known;
  const fields = fieldNames(edges.filter(isUnconditional));
  openFieldsOfEdges.set(edges, fields);
  return fields;
}

function isUnconditional({ conditions, overrideCondition, requiredContexts }: Edge): boolean {
  return conditions === undefined && overrideCondition === undefined && requiredContexts.length === 0;
}

/** The same path, with only those ways into other subgraphs that can lead to the field. */
function narrowed(path: LazyPath, { name, parent }: Field): LazyPath {
  const indirect = path.indirectOptions();
  if (indirect.paths.length < 2) return path;
  const paths = waysTo(indirect, parent.name, name);
  const { conditionResolver, overrideConditions } = path;
  const options = { paths, deadEnds: indirect.deadEnds };
  return { path: path.path, conditionResolver, overrideConditions, indirectOptions: () => options };
}

const indexes = new WeakMap<Indirect, ReadonlyMap<string, readonly Way[]>>();
const NONE: readonly Way[] = [];

function waysTo(indirect: Indirect, parent: string, field: string): readonly Way[] {
  const { paths } = indirect;
  // A way that ends at another type (an interface, say) is cast to the field's type first: it may lead there.
  if (paths.some(({ tail }) => tail.type.name !== parent)) {
    return paths.filter((way) => way.tail.type.name !== parent || fieldsAfter(way).has(field));
  }
  const known = indexes.get(indirect);
  if (known !== undefined) return known.get(field) ?? NONE;
  const index = new Map<string, Way[]>();
  for (const way of paths) {
    for (const name of fieldsAfter(way)) {
      const ways = index.get(name);
      if (ways === undefined) index.set(name, [way]);
      else ways.push(way);
    }
  }
  indexes.set(indirect, index);
  return index.get(field) ?? NONE;
}

const fieldsOfEdges = new WeakMap<readonly Edge[], ReadonlySet<string>>();

/** The lists of edges are shared (see below), and so are these. */
function fieldsAfter(way: Way): ReadonlySet<string> {
  const edges = way.nextEdges();
  const known = fieldsOfEdges.get(edges);
  if (known !== undefined) return known;
  const fields = fieldNames(edges);
  fieldsOfEdges.set(edges, fields);
  return fields;
}

function fieldNames(edges: readonly Edge[]): ReadonlySet<string> {
  return new Set(
    edges.flatMap(({ transition }) =>
      transition.kind === 'FieldCollection' ? [transition.definition.name] : [],
    ),
  );
}

/**
 * The edges that are worth taking after another, which is all of its end but for the same key again, and other ways to
 * where one has been. Found when first asked for, and once for all edges that differ only in where they come from.
 */
function sharedFollowups(graph: QueryGraph): (edge: Edge) => readonly Edge[] {
  const found = new Map<Vertex, Map<string, readonly Edge[]>>();
  return (edge) => {
    const key = kindOfFollowup(edge);
    let ofVertex = found.get(edge.tail);
    if (ofVertex === undefined) {
      ofVertex = new Map();
      found.set(edge.tail, ofVertex);
    }
    let edges = ofVertex.get(key);
    if (edges === undefined) {
      edges = graph.outEdges(edge.tail).filter((followup) => isWorthTaking(edge, followup));
      ofVertex.set(key, edges);
    }
    return edges;
  };
}

function kindOfFollowup({ transition, conditions }: Edge): string {
  switch (transition.kind) {
    case 'KeyResolution':
      return `key ${conditions === undefined ? '' : textOf(conditions)}`;
    case 'RootTypeResolution':
    case 'SubgraphEnteringTransition':
      return 'root';
    default:
      return 'all';
  }
}

function isWorthTaking(edge: Edge, followup: Edge): boolean {
  switch (edge.transition.kind) {
    case 'KeyResolution':
      return followup.transition.kind !== 'KeyResolution' || !isSame(edge.conditions, followup.conditions);
    case 'RootTypeResolution':
    case 'SubgraphEnteringTransition':
      return followup.transition.kind !== 'RootTypeResolution';
    default:
      return true;
  }
}

function isSame(a: Edge['conditions'], b: Edge['conditions']): boolean {
  return a === undefined || b === undefined ? a === b : textOf(a) === textOf(b);
}

const texts = new WeakMap<object, string>();

function textOf(conditions: NonNullable<Edge['conditions']>): string {
  const known = texts.get(conditions);
  if (known !== undefined) return known;
  const text = conditions.toString();
  texts.set(conditions, text);
  return text;
}
