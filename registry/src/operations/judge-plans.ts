import type { Finding } from '../contract/check.ts';
import type { KnownOperation } from '../domain/usage.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';
import type { ManifestSource, UsageSource } from './evidence.ts';

export interface PlanParts {
  readonly workers: SchemaWorkers;
  readonly usage: UsageSource;
  readonly manifests: ManifestSource;
}

export interface PlanRequest {
  readonly environment: string;
  /** Undefined: deeper plans are told, and no reason to fail. */
  readonly maxFetchDepthIncrease: number | undefined;
}

export interface Supergraphs {
  readonly before: string;
  readonly after: string;
}

const MOST_OPERATIONS = 500;
/** Planning an operation takes milliseconds on most supergraphs, a tenth of a second on the largest. */
const BUDGET_MS = 5_000;

/** Operations that clients send and that would need more fetches one after the other than they do now. */
export async function planFindings(
  { workers, usage, manifests }: PlanParts,
  { environment, maxFetchDepthIncrease }: PlanRequest,
  { before, after }: Supergraphs,
): Promise<readonly Finding[]> {
  if (before === after) return [];
  const [registered, seen] = await Promise.all([
    manifests.operations(environment),
    usage.operations(environment, MOST_OPERATIONS),
  ]);
  const operations = [...byId([...registered, ...seen]).values()].slice(0, MOST_OPERATIONS);
  if (operations.length === 0) return [];
  const known = byId(operations);
  const describe = (id: string) => {
    const operation = known.get(id);
    return `${operation?.name ?? id} of ${operation?.usedBy ?? 'a client'}`;
  };

  const plain = operations.map(({ id, body }) => ({ id, body }));
  const changes = await workers.perform('planChanges', {
    before,
    after,
    operations: plain,
    budgetMs: BUDGET_MS,
  });
  const deeper = changes.deeper.map(({ id, ...plans }): Finding => {
    const increase = plans.depthAfter - plans.depthBefore;
    const isTooMuch = maxFetchDepthIncrease !== undefined && increase > maxFetchDepthIncrease;
    const allowed = maxFetchDepthIncrease === undefined ? '' : `; ${maxFetchDepthIncrease} more are allowed`;
    return {
      severity: isTooMuch ? 'error' : 'warning',
      rule: 'plan/FETCH_DEPTH_INCREASED',
      message: `${describe(id)} would need ${plans.depthAfter} fetches one after the other instead of ${plans.depthBefore}${allowed}.`,
      places: [],
      plans: { operation: known.get(id)?.name ?? id, ...plans },
    };
  });
  const unplannable = changes.unplannable.map(
    ({ id, message }): Finding => ({
      severity: 'error',
      rule: 'plan/UNPLANNABLE',
      message: `${describe(id)} could no longer be answered: ${message}`,
      places: [],
    }),
  );
  return [...unplannable, ...deeper, ...notPlanned(operations.length - changes.planned, operations.length)];
}

// Private:

function notPlanned(left: number, all: number): readonly Finding[] {
  if (left === 0) return [];
  const message = `There was time for the plans of ${all - left} of ${all} known operations: those of apps first, then those sent most.`;
  return [{ severity: 'warning', rule: 'plan/NOT_ALL_PLANNED', message, places: [] }];
}

function byId(operations: readonly KnownOperation[]): ReadonlyMap<string, KnownOperation> {
  return new Map(operations.map((operation) => [operation.id, operation]));
}
