import type { GraphQLFormattedError } from 'graphql';
import { type ClientPath, type ClientPathOptions, toClientPath } from './client-paths.ts';
import { FaultPaths } from './fault-paths.ts';
import { type Fault, type Faults, pathsOf } from './faults.ts';
import { pathsLeftMissing, pathsLeftNull } from './left-null.ts';
import { type Cause, extensionsOf, toldOf } from './located-error.ts';
import { type Path, pathOf } from './places.ts';

export interface LocatedErrors {
  readonly errors: readonly GraphQLFormattedError[];
  /** Client paths whose nulls need no error of their own. */
  readonly explained: FaultPaths<true>;
  /** Client paths at which there is rightly nothing. */
  readonly absent: FaultPaths<true>;
}

export interface LocateOptions extends ClientPathOptions {
  /** Whether a field of the tree that the client did not ask for is wanted by no fetch either. */
  readonly isFetchedForNobody: (path: Path) => boolean;
}

/** The faults of an execution as errors at the client's places, in the order of the plan. */
export function locateErrors({ all: faults, absences }: Faults, options: LocateOptions): LocatedErrors {
  const errors: GraphQLFormattedError[] = [];
  const explained = new FaultPaths<true>();
  const nulls = new FaultPaths<true>();
  const unplaced: Cause[] = [];
  const starved = starvedObjects(faults);

  for (const fault of faults.toSorted((one, other) => one.rank - other.rank)) {
    const places = clientPaths(fault, options, starved);
    const isForTheRest = fault.kind === 'lost' || fault.kind === 'not made';
    const told = isForTheRest ? places.filter(({ path }) => !nulls.explain(path)) : places;
    if (fault.kind === 'at' && fault.paths.length === 0) unplaced.push(fault.cause);
    for (const path of toldOf(told.map((place) => place.path))) errors.push(toError(fault.cause, path));
    for (const { path } of places) if (path.length > 0) explained.add(path, true);
    for (const { nullAt } of told) nulls.add(nullAt, true);
  }
  const absent = new FaultPaths<true>();
  for (const { targets, fetched } of absences) {
    for (const path of pathsOf(targets, fetched)) absent.add(toClientPath(path, options).path, true);
  }
  return { errors: [...errors, ...withoutRepetition(unplaced)], explained, absent };
}

// Private:

/** What fetches of one subgraph say alike of no place is one error of the operation. */
function withoutRepetition(causes: readonly Cause[]): GraphQLFormattedError[] {
  const errors = causes.map((cause) => toError(cause, []));
  return [...new Map(errors.map((error) => [JSON.stringify(error), error])).values()];
}

function clientPaths(fault: Fault, options: LocateOptions, starved: StarvedObjects): ClientPath[] {
  if (fault.kind === 'at') {
    const places = fault.paths.map((path) => toClientPath(path, options));
    return distinct(places.filter(({ unasked }) => !unasked || !options.isFetchedForNobody(unasked)));
  }
  const paths: ClientPath[] = [];
  const left = fault.kind === 'not made' ? pathsLeftMissing : pathsLeftNull;
  for (const target of fault.targets) {
    const exact = left(target, fault.fetched)
      .map((path) => toClientPath(path, options))
      .filter(({ isExact }) => isExact);
    if (exact.length > 0) paths.push(...exact);
    // It only brought what another fetch needs, whose places have the error then.
    else if (fault.kind === 'left null' && !starved.get(fault.cause)?.has(target.place.object)) {
      paths.push(toClientPath(pathOf(target.place), options));
    }
  }
  return distinct(paths);
}

type StarvedObjects = ReadonlyMap<Cause, ReadonlySet<object>>;

/** The objects for which one cause has failed several fetches: the later ones for want of what the first did not bring. */
function starvedObjects(faults: readonly Fault[]): StarvedObjects {
  const seen = new Map<Cause, Set<object>>();
  const starved = new Map<Cause, Set<object>>();
  for (const fault of faults) {
    if (fault.kind === 'at') continue;
    const before = seen.get(fault.cause) ?? new Set<object>();
    const twice = starved.get(fault.cause) ?? new Set<object>();
    for (const { place } of fault.targets) {
      if (before.has(place.object)) twice.add(place.object);
      before.add(place.object);
    }
    seen.set(fault.cause, before);
    starved.set(fault.cause, twice);
  }
  return starved;
}

function distinct(paths: readonly ClientPath[]): ClientPath[] {
  const byText = new Map(paths.map((path) => [JSON.stringify(path.path), path]));
  return [...byText.values()];
}

/** No GraphQLError: for a list of places, making those would take longer than finding them. */
function toError(cause: Cause, path: Path): GraphQLFormattedError {
  const { message } = cause.error;
  const extensions = extensionsOf(cause);
  return path.length > 0 ? { message, path, extensions } : { message, extensions };
}
