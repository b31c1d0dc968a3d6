import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { fetchDepth, type PlanShape } from '../domain/fetch-depth.ts';
import { textDigest } from './digest.ts';

export interface PlannedOperation {
  readonly id: string;
  readonly body: string;
}

export interface PlanComparison {
  readonly id: string;
  readonly depthBefore: number;
  readonly depthAfter: number;
  readonly before: string;
  readonly after: string;
}

export interface PlanChanges {
  /** Operations whose plans have become deeper. */
  readonly deeper: readonly PlanComparison[];
  /** Operations that have a plan before and none after, with the reason. */
  readonly unplannable: readonly { readonly id: string; readonly message: string }[];
  /** How many of the operations there was time for, from the first. */
  readonly planned: number;
}

/**
 * Plans operations on both supergraphs, in their order, until the time is up. Those that are not valid on the old one say
 * nothing of the change.
 */
export function planChanges(
  beforeSdl: string,
  afterSdl: string,
  operations: readonly PlannedOperation[],
  budgetMs: number,
): PlanChanges {
  const startedAt = performance.now();
  const before = plannerOf(beforeSdl);
  const after = plannerOf(afterSdl);
  const deeper: PlanComparison[] = [];
  const unplannable: { id: string; message: string }[] = [];
  let planned = 0;
  for (const { id, body } of operations) {
    if (performance.now() - startedAt > budgetMs) break;
    planned++;
    const old = attempt(() => planOf(before, body));
    if (old.plan === undefined) continue;
    const fresh = attempt(() => planOf(after, body));
    if (fresh.plan === undefined) {
      unplannable.push({ id, message: fresh.message });
      continue;
    }
    const [depthBefore, depthAfter] = [depthOf(old.plan), depthOf(fresh.plan)];
    if (depthAfter > depthBefore) {
      deeper.push({
        id,
        depthBefore,
        depthAfter,
        before: prettyFormatQueryPlan(old.plan),
        after: prettyFormatQueryPlan(fresh.plan),
      });
    }
  }
  return { deeper, unplannable, planned };
}

// Private:

interface LoadedPlanner {
  readonly supergraph: Supergraph;
  readonly planner: QueryPlanner;
}

type Plan = ReturnType<QueryPlanner['buildQueryPlan']>;

/** The one that is live is compared with by every check. */
const planners = new LRUCache<string, LoadedPlanner>({ max: 2 });

function plannerOf(supergraphSdl: string): LoadedPlanner {
  const digest = textDigest(supergraphSdl);
  const known = planners.get(digest);
  if (known !== undefined) return known;
  // Composition wrote it: it need not be validated again.
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null, validateSupergraph: false });
  const loaded = { supergraph, planner: new QueryPlanner(supergraph, { debug: { pathsLimit: 100_000 } }) };
  planners.set(digest, loaded);
  return loaded;
}

function planOf({ supergraph, planner }: LoadedPlanner, body: string): Plan {
  return planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), parse(body)));
}

function depthOf(plan: Plan): number {
  // Subscription and defer nodes do not come: the one is planned as its first fetch, the other is off.
  return fetchDepth(plan.node as PlanShape | undefined);
}

function attempt(
  plan: () => Plan,
): { readonly plan: Plan } | { readonly plan?: undefined; readonly message: string } {
  try {
    return { plan: plan() };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}
