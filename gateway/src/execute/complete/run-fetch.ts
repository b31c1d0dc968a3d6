import { TributaryError } from '@tributary/errors';
import type { FetchNode } from '../../plan/index.ts';
import type { SubgraphResponse } from '../../subgraph/index.ts';
import { typenameOf } from './data-tree.ts';
import { decidedFetch } from './decided-fetch.ts';
import { type EntityRequests, toEntityRequests } from './entity-requests.ts';
import { LeftOut } from './left-out.ts';
import { toErrorOfAnswer } from './located-error.ts';
import type { Place } from './places.ts';
import type { PlanRun } from './plan-run.ts';
import { receiveData, receiveEntities } from './receive.ts';

/** Fetches for the objects at the places; where there is nothing to ask for, nothing is sent. */
export async function runFetch(
  run: PlanRun,
  node: FetchNode,
  places: readonly Place[],
  path: readonly string[],
): Promise<void> {
  const asked = askedOf(run, node, node.requires ? goneOnWith(run, node, places) : places);
  if (asked.length === 0) return;
  if (node.requires === undefined) {
    receiveData(run, node, asked, await send(run, node, usedVariables(node, run.variables), path));
    return;
  }
  const mayReadTooMuch = node.contextRewrites !== undefined && CONDITION.test(node.operation);
  const sent = mayReadTooMuch ? decidedFetch(node, run.conditions.variables) : node;
  const { requests, incomplete } = toEntityRequests(sent, asked, run.types);
  explainStarved(run, node, incomplete);
  const variables = usedVariables(sent, run.variables);
  await Promise.all(
    requests.map(async ({ contextVariables, representations, targets }) => {
      const all = { ...variables, ...contextVariables, representations };
      receiveEntities(run, node, targets, await send(run, sent, all, path));
    }),
  );
}

/**
 * What the plan's earlier fetches brought, with its type. Objects that a fetch beside this one brought meanwhile have all that they need from there;
 * and the same answers must ask for the same things, whichever comes first.
 */
function goneOnWith(run: PlanRun, node: FetchNode, places: readonly Place[]): readonly Place[] {
  const follows = run.fetches.get(node)?.follows;
  return places.filter(({ object, rank }) => {
    for (const earlier of run.origins.typedBy({ value: object, rank }))
      if (follows?.has(earlier)) return true;
    return false;
  });
}

const CONDITION = /@(skip|include)\b/;

/** Conditions may leave nothing of a fetch for objects of some types, or of all. */
function askedOf(run: PlanRun, node: FetchNode, places: readonly Place[]): readonly Place[] {
  if (places.length === 0 || !CONDITION.test(node.operation)) return places;
  const fetched = run.faults.selectionOf(node);
  return places.filter(({ object }) => fetched.asksOf(node.requires && typenameOf(object)));
}

function usedVariables(
  { variableUsages = [] }: FetchNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = variableUsages.filter((name) => Object.hasOwn(variables, name));
  return Object.fromEntries(given.map((name) => [name, variables[name]]));
}

/** A failed fetch is an answer too: one error and nothing else. */
async function send(
  run: PlanRun,
  node: FetchNode,
  variables: Record<string, unknown>,
  path: readonly string[],
): Promise<SubgraphResponse> {
  try {
    return await run.fetch(node, variables, path);
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error;
    return { errors: [toErrorOfAnswer(error)] };
  }
}

/** What could not be asked for stays null for the reason for which another fetch did not bring what it takes. */
function explainStarved(run: PlanRun, node: FetchNode, incomplete: EntityRequests['incomplete']): void {
  const leftOut = new LeftOut(run, node);
  const byCause = Map.groupBy(
    incomplete,
    ({ missing }) => run.faults.causeAt(missing) ?? leftOut.causeOf(missing),
  );
  for (const [cause, starved] of byCause) {
    const targets = starved.map(({ target }) => target);
    const rank = run.fetches.get(node)?.rank ?? 0;
    if (cause === undefined) run.faults.absent(node, targets);
    // A plan may ask of all objects at a path what the client wants of some of them: of the others nothing is lost.
    else if (leftOut.isItsOwn(cause)) run.faults.notMade(rank, cause, node, targets);
    else run.faults.leftNull(rank, cause, node, targets);
  }
}
