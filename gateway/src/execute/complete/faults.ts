import type { FetchNode } from '../../plan/index.ts';
import { FaultPaths } from './fault-paths.ts';
import { FetchSelection } from './fetch-selection.ts';
import type { Cause } from './located-error.ts';
import { type Path, type Place, pathOf } from './places.ts';
import type { TypeRelations } from './type-relations.ts';

/** Where a fetch was to put something. */
export interface Target {
  readonly place: Place;
  /** As the fetch calls the entity; undefined at the root. */
  readonly typename: string | undefined;
}

/** What a cause stands for. Paths are those of the fetched tree. */
export type Fault = {
  /** The place of the fetch in the plan: the order of the errors. */
  readonly rank: number;
  readonly cause: Cause;
} & (
  | { readonly kind: 'at'; readonly paths: readonly Path[] }
  | {
      /**
       * For all that the fetch was to bring and that is null at the end; where it is `lost`, the subgraph gave errors with paths, for all that those
       * do not stand for; where it is `not made`, for want of what it takes, for all that no other fetch has said anything of.
       */
      readonly kind: 'left null' | 'lost' | 'not made';
      readonly targets: readonly Target[];
      readonly fetched: FetchSelection;
    }
);

/** What a fetch was to bring to targets of which its subgraph knows nothing: null, and nobody's fault. */
export interface Absence {
  readonly targets: readonly Target[];
  readonly fetched: FetchSelection;
}

/** Collects the faults of one execution while its plan runs. */
export class Faults {
  readonly all: Fault[] = [];
  readonly absences: Absence[] = [];
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #types: TypeRelations;
  readonly #causes = new FaultPaths<Cause>();
  readonly #absent = new FaultPaths<true>();
  #absencesLookedAt = 0;
  readonly #fetched = new Map<FetchNode, FetchSelection>();

  constructor(variables: Readonly<Record<string, unknown>>, types: TypeRelations) {
    this.#variables = variables;
    this.#types = types;
  }

  /** An error at its own paths; without any it stands for the operation. */
  at(rank: number, cause: Cause, paths: readonly Path[]): void {
    for (const path of paths) this.#causes.add(path, cause);
    this.all.push({ kind: 'at', rank, cause, paths });
  }

  /** A fetch has failed for these targets. */
  leftNull(rank: number, cause: Cause, node: FetchNode, targets: readonly Target[]): void {
    this.#ofTargets('left null', rank, cause, node, targets);
  }

  /** The same where the subgraph gave errors with paths, for which it gave up all else. */
  lost(rank: number, cause: Cause, node: FetchNode, targets: readonly Target[]): void {
    this.#ofTargets('lost', rank, cause, node, targets);
  }

  /** It was not made for these targets, though no fetch has failed. */
  notMade(rank: number, cause: Cause, node: FetchNode, targets: readonly Target[]): void {
    this.#ofTargets('not made', rank, cause, node, targets);
  }

  absent(node: FetchNode, targets: readonly Target[]): void {
    this.absences.push({ targets, fetched: this.selectionOf(node) });
  }

  /** Whether a subgraph has said, by now, that there is nothing at a path of the tree. */
  isAbsent(path: Path): boolean {
    for (const { targets, fetched } of this.absences.slice(this.#absencesLookedAt)) {
      for (const at of pathsOf(targets, fetched)) this.#absent.add(at, true);
    }
    this.#absencesLookedAt = this.absences.length;
    return this.#absent.explain(path) !== undefined;
  }

  selectionOf(node: FetchNode): FetchSelection {
    const known = this.#fetched.get(node);
    if (known !== undefined) return known;
    const fetched = new FetchSelection(node, this.#variables, this.#types);
    this.#fetched.set(node, fetched);
    return fetched;
  }

  /** Why there is nothing at a path of the tree, as far as it is known by now. */
  causeAt(path: Path): Cause | undefined {
    return this.#causes.explain(path)?.value;
  }

  #ofTargets(
    kind: 'left null' | 'lost' | 'not made',
    rank: number,
    cause: Cause,
    node: FetchNode,
    targets: readonly Target[],
  ): void {
    const fetched = this.selectionOf(node);
    for (const path of pathsOf(targets, fetched)) this.#causes.add(path, cause);
    this.all.push({ kind, rank, cause, targets, fetched });
  }
}

/** Each field of the fetch at each target. */
export function pathsOf(targets: readonly Target[], fetched: FetchSelection): Path[] {
  return targets.flatMap(({ place, typename }) => {
    const path = pathOf(place);
    return [...fetched.rootFields(typename).keys()].map((name) => [...path, name]);
  });
}
