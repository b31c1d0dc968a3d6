import { type Kysely, sql, type Transaction } from 'kysely';
import type { Arm, ArmOperation, GatewayReport } from '../contract/gateways.ts';
import { type ArmFailure, mergeFailures } from '../domain/merge-failures.ts';
import { mergeSlowest } from '../domain/merge-slowest.ts';
import type { Tables } from './tables.ts';

export interface ArmKey {
  readonly environment: string;
  /** The canary's number. */
  readonly release: number;
  readonly share: number;
  readonly arm: Arm;
}

/** As the contract has it, but nobody changes it here. */
type Counted = Omit<ArmOperation, 'failures'> & { readonly failures: readonly ArmFailure[] };

/** Of all gateways together, for one arm at one share: clients choose the texts of operations. */
const MOST_ROWS = 1_000;
const BIN_SECONDS = 5;

/** Says that a gateway lives and what it serves. False when this report of it has been counted before. */
export async function renewGatewayLease(
  db: Kysely<Tables>,
  environment: string,
  { gateway, sequence, serves }: GatewayReport,
): Promise<boolean> {
  const lease = { environment, gateway, seen_at: sql<Date>`clock_timestamp()`, serves };
  const { numInsertedOrUpdatedRows: isNew } = await db
    .insertInto('gateway_lease')
    .values({ ...lease, report: BigInt(sequence) })
    .onConflict((conflict) =>
      conflict
        .columns(['environment', 'gateway'])
        .doUpdateSet({ ...lease, report: BigInt(sequence) })
        .where('gateway_lease.report', '<', BigInt(sequence)),
    )
    .executeTakeFirstOrThrow();
  if (isNew === 1n) return true;
  await db
    .updateTable('gateway_lease')
    .set(lease)
    .where('environment', '=', environment)
    .where('gateway', '=', gateway)
    // An older one that was long on its way says what was served then.
    .where('report', '=', BigInt(sequence))
    .execute();
  return false;
}

/** Those that were not heard of for a day, and the one that stops. */
export async function forgetGateways(
  db: Kysely<Tables>,
  environment: string,
  stopped: string | undefined,
): Promise<void> {
  await db
    .deleteFrom('gateway_lease')
    .where('environment', '=', environment)
    .where(({ or, eb }) =>
      or([
        eb('seen_at', '<', sql<Date>`clock_timestamp() - interval '1 day'`),
        ...(stopped === undefined ? [] : [eb('gateway', '=', stopped)]),
      ]),
    )
    .execute();
}

/** Adds what one gateway has counted. Call it in the transaction that renews its lease. */
export async function addArmCounts(
  transaction: Transaction<Tables>,
  key: ArmKey,
  operations: readonly Counted[],
): Promise<void> {
  if (operations.length === 0) return;
  // One after the other: failures and the slowest are merged here, and two gateways that add to the same rows would wait for each other anyway.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`tributary.registry.arms:${key.environment}`}, 0))`.execute(
    transaction,
  );
  const known = new Map((await readRows(transaction, key)).map((row) => [row.operation, row]));
  const rows = bounded(operations, known).map((counted) => {
    const { operation, name, requests, errors, latency, failures, slowest = [] } = counted;
    const before = known.get(operation);
    return {
      ...key,
      operation,
      name,
      requests: BigInt(requests),
      errors: BigInt(errors),
      latency: latency.map(BigInt),
      failures: JSON.stringify(mergeFailures(before?.failures ?? [], failures)),
      slowest: JSON.stringify(mergeSlowest(before?.slowest ?? [], slowest)),
    };
  });
  await transaction
    .insertInto('arm_operation')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['environment', 'release', 'share', 'arm', 'operation']).doUpdateSet({
        name: (eb) => eb.ref('excluded.name'),
        requests: sql`arm_operation.requests + excluded.requests`,
        errors: sql`arm_operation.errors + excluded.errors`,
        latency: sql`array(
          select before + added
          from unnest(arm_operation.latency, excluded.latency) with ordinality as bucket (before, added, position)
          order by position
        )`,
        failures: (eb) => eb.ref('excluded.failures'),
        slowest: (eb) => eb.ref('excluded.slowest'),
      }),
    )
    .execute();
  await addToBin(transaction, key, operations);
}

// Private:

function readRows(db: Kysely<Tables>, { environment, release, share, arm }: ArmKey) {
  return db
    .selectFrom('arm_operation')
    .select(['operation', 'failures', 'slowest'])
    .where('environment', '=', environment)
    .where('release', '=', release)
    .where('share', '=', share)
    .where('arm', '=', arm)
    .execute();
}

/** Operations without a row while there is room for one; the others as one without a name. */
function bounded(operations: readonly Counted[], known: ReadonlyMap<string, unknown>): readonly Counted[] {
  let rows = known.size;
  const kept = new Map<string, Counted>();
  for (const each of operations) {
    const hasRow = known.has(each.operation) || each.operation === '' || kept.has(each.operation);
    const operation = hasRow || rows < MOST_ROWS ? each.operation : '';
    if (!hasRow && operation !== '') rows++;
    const before = kept.get(operation);
    kept.set(
      operation,
      before ? sum(before, each) : { ...each, operation, name: operation ? each.name : null },
    );
  }
  return [...kept.values()];
}

function sum(one: Counted, other: Counted): Counted {
  return {
    ...one,
    requests: one.requests + other.requests,
    errors: one.errors + other.errors,
    latency: one.latency.map((count, bucket) => count + (other.latency[bucket] ?? 0)),
    failures: mergeFailures(one.failures, other.failures),
    slowest: [...mergeSlowest(one.slowest ?? [], other.slowest ?? [])],
  };
}

async function addToBin(
  db: Kysely<Tables>,
  { environment, release, arm }: ArmKey,
  operations: readonly Counted[],
): Promise<void> {
  const total = (count: 'requests' | 'errors') =>
    BigInt(operations.reduce((all, operation) => all + operation[count], 0));
  await db
    .insertInto('arm_bin')
    .values({
      environment,
      release,
      arm,
      at: sql<Date>`to_timestamp(floor(extract(epoch from clock_timestamp()) / ${BIN_SECONDS}::int) * ${BIN_SECONDS}::int)`,
      requests: total('requests'),
      errors: total('errors'),
    })
    .onConflict((conflict) =>
      conflict.columns(['environment', 'release', 'arm', 'at']).doUpdateSet({
        requests: sql`arm_bin.requests + excluded.requests`,
        errors: sql`arm_bin.errors + excluded.errors`,
      }),
    )
    .execute();
}
