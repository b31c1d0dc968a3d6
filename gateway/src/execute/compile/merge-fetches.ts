import type { Step } from './ir.ts';

/** Steps that may travel in one request: same subgraph, same distance from the root. */
export interface FetchGroup<S = Step> {
  readonly subgraph: string;
  readonly steps: readonly S[];
}

/**
 * Groups the entity steps of each level and subgraph. Root fetches stay alone: the plan has merged what can be, and
 * mutations have their order.
 */
export function mergeFetches(steps: readonly Step[]): readonly FetchGroup[] {
  const levels: number[] = [];
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const level = 1 + Math.max(-1, ...[...step.dependsOn].map((index) => levels[index] as number));
    levels.push(level);
    const key = canMerge(step) ? `${level} ${step.fetch.serviceName}` : `alone ${step.index}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [step]);
    else group.push(step);
  }
  return [...groups.values()].map((members) => ({
    subgraph: (members[0] as Step).fetch.serviceName,
    steps: members,
  }));
}

/**
 * Directives of the operation would come to hold for its neighbours too; named fragments might share a name, and
 * variables one that the merged request has for its representations.
 */
function canMerge({ kind, text, fetch }: Step): boolean {
  const hasTakenName = fetch.variableUsages?.some((name) => name.startsWith('representations_')) ?? false;
  const { directives = [] } = text.operation;
  return kind === 'entity' && text.fragments.size === 0 && directives.length === 0 && !hasTakenName;
}
