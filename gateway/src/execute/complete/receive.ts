import type { GraphQLFormattedError } from 'graphql';
import type { FetchNode } from '../../plan/index.ts';
import type { SubgraphResponse } from '../../subgraph/index.ts';
import { copyOf, type DataObject, isDataObject, typenameOf } from './data-tree.ts';
import type { Target } from './faults.ts';
import { renamedFields } from './fetch-selection.ts';
import { malformed } from './located-error.ts';
import { type Path, type Place, pathOf } from './places.ts';
import type { PlanRun } from './plan-run.ts';
import { applyRewrites } from './rewrites.ts';

/** Takes the answer to a fetch of root fields, which goes to each of the places. */
export function receiveData(
  run: PlanRun,
  node: FetchNode,
  places: readonly Place[],
  response: SubgraphResponse,
): void {
  const targets = places.map((place) => ({ place, typename: undefined }));
  const { data, errors = [] } = response;
  const { placed, others } = sortErrors(node, errors, (path) => ({ targets, path }));
  const receipt = new Receipt(run, node);
  receipt.placed(placed);
  if (isDataObject(data)) {
    receipt.bring(targets, data);
    receipt.unplaced(others, targets);
  } else {
    receipt.failed(targets, placed, others);
  }
}

/** Takes the answer to an entity fetch: entity `i` goes to each of `targets[i]`. */
export function receiveEntities(
  run: PlanRun,
  node: FetchNode,
  targets: readonly (readonly Target[])[],
  response: SubgraphResponse,
): void {
  const { data, errors = [] } = response;
  const { placed, others } = sortErrors(node, errors, ([first, index, ...path]) => {
    const asked = first === '_entities' && typeof index === 'number' ? targets[index] : undefined;
    return asked && { targets: asked, path };
  });
  const receipt = new Receipt(run, node);
  receipt.placed(placed);
  const entities = data?._entities;
  if (!Array.isArray(entities) || entities.length !== targets.length) {
    receipt.failed(targets.flat(), placed, others);
    return;
  }

  const absent: Target[] = [];
  for (const [index, entity] of entities.entries()) {
    const asked = targets[index] ?? [];
    if (isDataObject(entity)) receipt.bring(asked, entity);
    else if (entity !== null) receipt.failed(asked, [], []);
    else if (!receipt.absent(asked, placed)) absent.push(...asked);
  }
  receipt.unplaced(others, absent);
  if (absent.length > 0) run.faults.absent(node, absent);
}

/** An error with a path, and the targets in whose answers that path is. */
interface PlacedError {
  readonly error: GraphQLFormattedError;
  readonly targets: readonly Target[];
  readonly path: Path;
}

function sortErrors(
  node: FetchNode,
  errors: readonly GraphQLFormattedError[],
  locate: (path: Path) => Omit<PlacedError, 'error'> | undefined,
) {
  const placed: PlacedError[] = [];
  const others: GraphQLFormattedError[] = [];
  const renamed = renamedFields(node);
  for (const error of errors) {
    const { path } = error;
    const at = path != null && path.length > 0 && path.every(isStep) ? locate(path) : undefined;
    if (at === undefined) others.push(error);
    else placed.push({ ...at, error, path: at.path.map((step) => renamed.get(String(step)) ?? step) });
  }
  return { placed, others };
}

function isStep(step: unknown): step is string | number {
  return typeof step === 'string' || (typeof step === 'number' && Number.isSafeInteger(step) && step >= 0);
}

/** The receiving of one response. */
class Receipt {
  readonly #run: PlanRun;
  readonly #node: FetchNode;
  readonly #rank: number;

  constructor(run: PlanRun, node: FetchNode) {
    this.#run = run;
    this.#node = node;
    this.#rank = run.fetches.get(node)?.rank ?? 0;
  }

  bring(targets: readonly Target[], value: DataObject): void {
    const { types, merger, hasContexts } = this.#run;
    applyRewrites(value, this.#node.outputRewrites, types);
    const fitting = targets.filter((target) => this.#fits(value, target));
    if (fitting.length < targets.length) {
      const others = targets.filter((target) => !fitting.includes(target));
      this.#failedWith(this.#malformed('an entity of another type than it was asked for'), others);
    }
    for (const [index, { place }] of fitting.entries()) {
      // Equal entities share what was fetched for them: whatever is fetched for it later is equal too, but for @fromContext.
      const own = index > 0 && hasContexts ? copyOf(value) : value;
      merger.merge({ value: place.object, rank: place.rank }, { value: own, rank: this.#rank });
    }
  }

  placed(errors: readonly PlacedError[]): void {
    for (const { error, targets, path } of errors) {
      const paths = targets.map(({ place }) => [...pathOf(place), ...path]);
      this.#run.faults.at(this.#rank, this.#cause(error), paths);
    }
  }

  /** The subgraph gave no entity. True when it gave errors for it. */
  absent(targets: readonly Target[], placed: readonly PlacedError[]): boolean {
    const own = placed.find((error) => error.targets === targets);
    if (own !== undefined) this.#lose(own.error, targets);
    return own !== undefined;
  }

  /** Nothing of the response can be used. */
  failed(
    targets: readonly Target[],
    placed: readonly PlacedError[],
    others: readonly GraphQLFormattedError[],
  ): void {
    const [first] = placed;
    if (first !== undefined) {
      this.#lose(first.error, targets);
      this.unplaced(others, []);
    } else {
      this.#failedWith(
        others[0] ?? this.#malformed('something else than the entities it was asked for'),
        targets,
      );
    }
  }

  /** Errors that do not say where they belong: to the places that came back empty, or to the operation. */
  unplaced([first, ...others]: readonly GraphQLFormattedError[], empty: readonly Target[]): void {
    if (first === undefined) return;
    if (empty.length > 0) this.#failedWith(first, empty);
    else this.#run.faults.at(this.#rank, this.#cause(first), []);
    for (const error of others) this.#run.faults.at(this.#rank, this.#cause(error), []);
  }

  #lose(error: GraphQLFormattedError, targets: readonly Target[]): void {
    this.#run.faults.lost(this.#rank, this.#cause(error), this.#node, targets);
  }

  #failedWith(error: GraphQLFormattedError, targets: readonly Target[]): void {
    this.#run.faults.leftNull(this.#rank, this.#cause(error), this.#node, targets);
  }

  /** An @interfaceObject subgraph and the others call one entity by different names, one a kind of the other. */
  #fits(value: DataObject, { typename: asked }: Target): boolean {
    const given = typenameOf(value);
    if (asked === undefined || given === undefined) return true;
    const { types } = this.#run;
    return types.isKindOf(given, asked) || types.isKindOf(asked, given);
  }

  #malformed(what: string): GraphQLFormattedError {
    return malformed(this.#node.serviceName, what);
  }

  #cause(error: GraphQLFormattedError) {
    return { subgraph: this.#node.serviceName, error };
  }
}
