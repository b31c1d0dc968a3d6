import {
  type CompositeType,
  FieldSelection,
  federationMetadata,
  MapWithCachedArrays,
} from '@apollo/federation-internals';
import { type FetchGraph, orderContexts } from './order-contexts.ts';

/**
 * Three faults of @apollo/query-planner 2.14 that only its own classes can be mended of. Two are about chains of @requires
 * (`a2` needs `b1` of another subgraph, which needs `a1` of the first), which it plans as one fetch that cannot be
 * answered; the third is told in order-contexts.ts. The version is pinned, and requires-and-conditions.test.ts and
 * contexts.test.ts fail when the faults or their places change.
 */
export function mendPlanner(): void {
  if (mended) return;
  mended = true;
  mendFieldRebasing();
  whenFirstSeen(isFetchGroup, (group) => {
    mendMergingOfChildren(group);
    mendOrderOfContexts(group.dependencyGraph);
  });
}

let mended = false;

/**
 * `canAddTo` decides whether a subgraph can answer a selection that another one was to be asked for. It takes fields that
 * the subgraph only knows of for yes: @external ones, and those that need a @requires first.
 */
function mendFieldRebasing(): void {
  const canAddTo = FieldSelection.prototype.canAddTo;
  FieldSelection.prototype.canAddTo = function (this: FieldSelection, parentType: CompositeType): boolean {
    return canAddTo.call(this, parentType) && isResolvedBy(parentType, this.element.name);
  };
}

function isResolvedBy(parentType: CompositeType, name: string): boolean {
  const metadata = federationMetadata(parentType.schema());
  const field = parentType.field(name);
  if (metadata === undefined || field === undefined) return true;
  return !metadata.isFieldExternal(field) && !field.hasAppliedDirective(metadata.requiresDirective());
}

/** The class `FetchGroup` of buildPlan.js, as far as it matters here. It is not exported. */
interface FetchGroup {
  readonly dependencyGraph: OptimizedGraph;
  parentGroups(): readonly FetchGroup[];
  canMergeChildIn(child: FetchGroup): boolean;
}

/** A fetch may become part of the one before it only if it waits for nothing else. */
function mendMergingOfChildren(group: FetchGroup): void {
  const prototype = Object.getPrototypeOf(group) as FetchGroup;
  const canMergeChildIn = prototype.canMergeChildIn;
  prototype.canMergeChildIn = function (this: FetchGroup, child: FetchGroup): boolean {
    return (
      canMergeChildIn.call(this, child) && child.parentGroups().every((parent) => comesBefore(parent, this))
    );
  };
}

function comesBefore(group: FetchGroup, other: FetchGroup): boolean {
  return group === other || other.parentGroups().some((parent) => comesBefore(group, parent));
}

interface OptimizedGraph extends FetchGraph {
  reduceAndOptimize(): void;
}

/** Before fetches are merged: what waits for what decides on that too. */
function mendOrderOfContexts(graph: OptimizedGraph): void {
  const prototype = Object.getPrototypeOf(graph) as OptimizedGraph;
  const reduceAndOptimize = prototype.reduceAndOptimize;
  prototype.reduceAndOptimize = function (this: OptimizedGraph): void {
    orderContexts(this);
    reduceAndOptimize.call(this);
  };
}

function isFetchGroup(value: unknown): value is FetchGroup {
  return value?.constructor?.name === 'FetchGroup';
}

/** The planner keeps each first fetch in one of these maps before it merges anything. */
function whenFirstSeen<T>(isWanted: (value: unknown) => value is T, then: (value: T) => void): void {
  const { set } = MapWithCachedArrays.prototype;
  MapWithCachedArrays.prototype.set = function (this: MapWithCachedArrays<unknown, unknown>, key, value) {
    if (isWanted(value)) {
      MapWithCachedArrays.prototype.set = set;
      then(value);
    }
    return set.call(this, key, value);
  };
}
