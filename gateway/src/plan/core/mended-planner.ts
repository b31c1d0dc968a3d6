import {
  type CompositeType,
  FieldSelection,
  federationMetadata,
  MapWithCachedArrays,
} from '@apollo/federation-internals';
import { PathTree } from '@apollo/query-graphs';
import { mendAliasesBelowAliases, mendAliasesInFragments } from './aliases.ts';
import { type FetchGraph, orderContexts } from './order-contexts.ts';

/**
 * Eight faults of @apollo/query-planner 2.14 that only its own classes can be mended of. Two are about chains of @requires
 * (`a2` needs `b1` of another subgraph, which needs `a1` of the first), which it plans as one fetch that cannot be
 * answered; one about fetches with equal inputs, which it fails to make one in some places; one about fields of
 * a mutation that it forgets; one about conditions; one is told in order-contexts.ts and two in aliases.ts. The version is pinned, and
 * requires-and-conditions.test.ts, contexts.test.ts, response-names.test.ts and six kept cases of the differential test (03fad3cc, 361271ac, 7555916b, 8709c35e,
 * 9ddd5be9, ca866675) fail when the faults or their places change.
 */
export function mendPlanner(): void {
  if (mended) return;
  mended = true;
  mendFieldRebasing();
  mendMergingOfTrees();
  mendAliasesInFragments();
  whenFirstSeen(isFetchGroup, (group) => {
    mendMergingOfChildren(group);
    mendMergingOfEqualFetches(group);
    mendConditions(group);
    mendOrderOfContexts(group.dependencyGraph);
    mendAliasesBelowAliases(group);
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

/** The class of @apollo/query-graphs, as far as it matters here. */
interface Tree {
  readonly graph: unknown;
  readonly vertex: unknown;
  /** What is asked for where the tree ends, all of it known to one subgraph. */
  readonly localSelections: readonly unknown[] | undefined;
  readonly triggerEquality: unknown;
  readonly childs: readonly unknown[];
  merge(other: Tree): Tree;
}

/**
 * Of two trees that meet, one that goes no further is left out, and with it what is asked for there. Plans are made of such trees where several
 * fields of a mutation go to one subgraph: the fields are then missing from the fetch, and are null.
 */
function mendMergingOfTrees(): void {
  const prototype = PathTree.prototype as unknown as Tree;
  const Trees = PathTree as unknown as new (...of: readonly unknown[]) => Tree;
  const merge = prototype.merge;
  prototype.merge = function (this: Tree, other: Tree): Tree {
    const merged = merge.call(this, other);
    const leftOut = merged === this ? other : merged === other ? this : undefined;
    if (this === other || leftOut?.localSelections === undefined) return merged;
    const { graph, vertex, localSelections = [], triggerEquality, childs } = merged;
    const all = [...localSelections, ...leftOut.localSelections];
    return new Trees(graph, vertex, all, triggerEquality, childs);
  };
}

/** The class `FetchGroup` of buildPlan.js, as far as it matters here. It is not exported. */
interface FetchGroup {
  readonly dependencyGraph: OptimizedGraph;
  parentGroups(): readonly FetchGroup[];
  children(): readonly FetchGroup[];
  isDescendantOf(ancestor: FetchGroup): boolean;
  addParent(parent: { readonly group: FetchGroup }): void;
  /** Does nothing where it is no child. */
  removeChild(child: FetchGroup): void;
  canMergeChildIn(child: FetchGroup): boolean;
  mergeInWithAllDependencies(other: FetchGroup): void;
  conditions(): Conditions;
}

/** All of them together, or whether there is anything at all. */
type Conditions = boolean | readonly Condition[];

interface Condition {
  readonly variable: { readonly name: string };
  readonly negated: boolean;
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

/**
 * Fetches with equal inputs are made one, also where one of them comes after the other by way of a third (it gets once more what the first
 * was given). Then the later one has to become part of the earlier: the other way round, what is between them would wait for itself. And so would
 * the one that they become, where one of them waits for the other: the planner then goes round in a circle until it has no memory left.
 * What comes after the later one still waits for all that is between them: that it waited for the later one had said so.
 */
function mendMergingOfEqualFetches(group: FetchGroup): void {
  const prototype = Object.getPrototypeOf(group) as FetchGroup;
  const merge = prototype.mergeInWithAllDependencies;
  const partOf = new WeakMap<FetchGroup, FetchGroup>();
  const current = (one: FetchGroup): FetchGroup => {
    const whole = partOf.get(one);
    return whole === undefined ? one : current(whole);
  };
  prototype.mergeInWithAllDependencies = function (this: FetchGroup, other: FetchGroup): void {
    const [one, another] = [current(this), current(other)];
    if (one === another) return;
    const [whole, part] = comesAfterByWayOfAnother(one, another) ? [another, one] : [one, another];
    whole.removeChild(part);
    part.removeChild(whole);
    const between = part.parentGroups().filter((parent) => parent.isDescendantOf(whole));
    for (const child of part.children()) for (const parent of between) child.addParent({ group: parent });
    merge.call(whole, part);
    partOf.set(part, whole);
  };
}

/**
 * A fetch that is only made under a condition takes all that comes after it under that condition with it. What has parts that do not depend on
 * it must come after it all the same: then the conditions stay in the fetch's own text.
 */
function mendConditions(group: FetchGroup): void {
  const prototype = Object.getPrototypeOf(group) as FetchGroup;
  const { conditions } = prototype;
  prototype.conditions = function (this: FetchGroup): Conditions {
    const own = conditions.call(this);
    if (typeof own === 'boolean') return own;
    return this.children().every((child) => isUnder(own, child.conditions())) ? own : true;
  };
}

/** Whether what is under some conditions is under others, too. */
function isUnder(others: readonly Condition[], conditions: Conditions): boolean {
  if (typeof conditions === 'boolean') return !conditions;
  return others.every(({ variable, negated }) =>
    conditions.some((one) => one.variable.name === variable.name && one.negated === negated),
  );
}

function comesAfterByWayOfAnother(later: FetchGroup, earlier: FetchGroup): boolean {
  return earlier.children().some((child) => child !== later && later.isDescendantOf(child));
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
