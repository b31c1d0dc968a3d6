import type { Kysely } from 'kysely';
import type { GatewayReport } from '../contract/gateways.ts';
import { addArmCounts, forgetGateways, renewGatewayLease } from '../store/arm-counts.ts';
import { requireEnvironment } from '../store/environments.ts';
import type { Tables } from '../store/tables.ts';

/**
 * Renews a gateway's lease and adds what it has counted, both or neither. The same report again renews the lease only. Counts of
 * a release that this environment does not have are left out: that gateway has another database's.
 * @throws NOT_REGISTERED
 */
export async function acceptGatewayReport(
  db: Kysely<Tables>,
  environment: string,
  report: GatewayReport,
): Promise<'counted' | 'repeated' | 'lease'> {
  await requireEnvironment(db, environment);
  return db.transaction().execute(async (transaction) => {
    const isNew = await renewGatewayLease(transaction, environment, report);
    const { canary, gateway, serves } = report;
    await forgetGateways(transaction, environment, serves.length === 0 ? gateway : undefined);
    if (canary === undefined) return 'lease';
    if (!isNew) return 'repeated';
    const { release, share, arms } = canary;
    if (!(await hasRelease(transaction, environment, release))) return 'lease';
    await addArmCounts(transaction, { environment, release, share, arm: 'live' }, arms.live);
    await addArmCounts(transaction, { environment, release, share, arm: 'canary' }, arms.canary);
    return 'counted';
  });
}

// Private:

async function hasRelease(db: Kysely<Tables>, environment: string, number: number): Promise<boolean> {
  const release = await db
    .selectFrom('release')
    .select('number')
    .where('environment', '=', environment)
    .where('number', '=', number)
    .executeTakeFirst();
  return release !== undefined;
}
