// The query plan as @apollo/query-planner writes it (2.14), as far as the executors read it. Plain data: it crosses
// from the planner's thread as JSON.

export interface QueryPlan {
  /** Absent where nothing has to be fetched: introspection, or every field skipped. */
  readonly node?: PlanNode;
  /**
   * Response names that mean several fields or arguments in different places of the operation, with the meanings in order.
   * For `Planner.sourceNamesOf`.
   */
  readonly meanings?: Readonly<Record<string, readonly string[]>>;
}

export type PlanNode = SequenceNode | ParallelNode | FlattenNode | ConditionNode | FetchNode;

export interface SequenceNode {
  readonly kind: 'Sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly kind: 'Parallel';
  readonly nodes: readonly PlanNode[];
}

/** Runs its fetch on the entities at `path`: response names of the plan, with `@` for each item of a list. */
export interface FlattenNode {
  readonly kind: 'Flatten';
  readonly path: readonly string[];
  readonly node: PlanNode;
}

export interface ConditionNode {
  readonly kind: 'Condition';
  /** The name of a Boolean variable of the client's operation. */
  readonly condition: string;
  readonly ifClause?: PlanNode;
  readonly elseClause?: PlanNode;
}

export interface FetchNode {
  readonly kind: 'Fetch';
  readonly serviceName: string;
  /** Client variables that the operation uses, `representations` not among them. */
  readonly variableUsages?: readonly string[];
  /** What a representation holds; absent in a fetch of root fields. */
  readonly requires?: readonly RequiredSelection[];
  /** Text of the subgraph's operation. */
  readonly operation: string;
  readonly operationName?: string;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  /** Applied to each representation before it is sent. */
  readonly inputRewrites?: readonly DataRewrite[];
  /** Applied to what comes back before it is merged: for an entity fetch to each entity, else to `data`. */
  readonly outputRewrites?: readonly DataRewrite[];
  /** Values of @fromContext arguments: from data at `path`, relative to the entity, into the variable `renameKeyTo`. */
  readonly contextRewrites?: readonly KeyRenamer[];
}

export type RequiredSelection = RequiredField | RequiredFragment;

export interface RequiredField {
  readonly kind: 'Field';
  readonly alias?: string;
  readonly name: string;
  readonly selections?: readonly RequiredSelection[];
}

export interface RequiredFragment {
  readonly kind: 'InlineFragment';
  readonly typeCondition?: string;
  /** One of several keys of the type, any of which is enough: left out where it has not been fetched. */
  readonly isOneOfKeys?: true;
  readonly selections: readonly RequiredSelection[];
}

/** Path elements are response names, or `... on Type`, which holds where the object is of that type or its type is unknown. */
export type DataRewrite = ValueSetter | KeyRenamer;

export interface ValueSetter {
  readonly kind: 'ValueSetter';
  readonly path: readonly string[];
  readonly setValueTo: unknown;
}

export interface KeyRenamer {
  readonly kind: 'KeyRenamer';
  readonly path: readonly string[];
  readonly renameKeyTo: string;
}
