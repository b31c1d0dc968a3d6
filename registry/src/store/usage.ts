import { type Kysely, sql, type Transaction } from 'kysely';
import type { ClientName, UsageTotals } from '../domain/usage-totals.ts';
import type { Tables } from './tables.ts';

/** False when this report was counted before. */
export async function insertReport(
  transaction: Transaction<Tables>,
  report: { readonly environment: string; readonly id: string; readonly at: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await transaction
    .insertInto('usage_report')
    .values(report)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows > 0n;
}

export interface DayOfUsage {
  readonly environment: string;
  /** YYYY-MM-DD */
  readonly day: string;
}

export async function readClientsOfDay(
  db: Kysely<Tables>,
  { environment, day }: DayOfUsage,
): Promise<readonly ClientName[]> {
  return db
    .selectFrom('usage_client')
    .select(['client', 'version'])
    .where('environment', '=', environment)
    .where('day', '=', day)
    .execute();
}

/** Adds to what is there of this day. Documents beyond `maxDocuments` of an environment are not kept; all else counts. */
export async function addUsage(
  transaction: Transaction<Tables>,
  { environment, day }: DayOfUsage,
  { clients, coordinates, operations, documents }: UsageTotals,
  maxDocuments: number,
): Promise<void> {
  const columns = (rows: readonly { client: string; version: string; requests: number }[]) => ({
    clients: rows.map(({ client }) => client),
    versions: rows.map(({ version }) => version),
    requests: rows.map(({ requests }) => requests),
  });
  const senders = columns(clients);
  await sql`
    insert into usage_client as known (environment, day, client, version, requests)
    select ${environment}, ${day}::date, new.client, new.version, new.requests
    from unnest(${senders.clients}::text[], ${senders.versions}::text[], ${senders.requests}::bigint[])
      as new (client, version, requests)
    on conflict (environment, day, client, version) do update set requests = known.requests + excluded.requests
  `.execute(transaction);

  const uses = columns(coordinates);
  await sql`
    insert into usage_coordinate as known (environment, coordinate, day, client, version, requests)
    select ${environment}, new.coordinate, ${day}::date, new.client, new.version, new.requests
    from unnest(
      ${coordinates.map(({ coordinate }) => coordinate)}::text[],
      ${uses.clients}::text[], ${uses.versions}::text[], ${uses.requests}::bigint[]
    ) as new (coordinate, client, version, requests)
    on conflict (environment, coordinate, day, client, version)
      do update set requests = known.requests + excluded.requests
  `.execute(transaction);

  await sql`
    insert into usage_document (environment, hash, name, body, last_seen)
    select ${environment}, new.hash, new.name, new.body, ${day}::date
    from unnest(
      ${documents.map(({ hash }) => hash)}::text[],
      ${documents.map(({ name }) => name ?? null)}::text[],
      ${documents.map(({ body }) => body)}::text[]
    ) as new (hash, name, body)
    where exists (select from usage_document known where known.environment = ${environment} and known.hash = new.hash)
      or (select count(*) from usage_document known where known.environment = ${environment}) < ${maxDocuments}
    on conflict (environment, hash) do update set last_seen = excluded.last_seen
  `.execute(transaction);

  const sent = columns(operations);
  await sql`
    insert into usage_operation as known (environment, hash, day, client, version, requests)
    select ${environment}, new.hash, ${day}::date, new.client, new.version, new.requests
    from unnest(
      ${operations.map(({ hash }) => hash)}::text[],
      ${sent.clients}::text[], ${sent.versions}::text[], ${sent.requests}::bigint[]
    ) as new (hash, client, version, requests)
    where exists (select from usage_document kept where kept.environment = ${environment} and kept.hash = new.hash)
    on conflict (environment, hash, day, client, version) do update set requests = known.requests + excluded.requests
  `.execute(transaction);
}

export interface UsageWindow {
  readonly environment: string;
  /** The first day that counts. */
  readonly since: string;
}

export async function readSamples(db: Kysely<Tables>, { environment, since }: UsageWindow): Promise<number> {
  const { requests } = await db
    .selectFrom('usage_client')
    .select(({ fn }) => fn.sum<string | null>('requests').as('requests'))
    .where('environment', '=', environment)
    .where('day', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(requests ?? 0);
}

export interface CoordinateUse extends ClientName {
  readonly coordinate: string;
  readonly requests: number;
}

/** Who used these coordinates: for each, those that use it most first. */
export async function readUses(
  db: Kysely<Tables>,
  { environment, since }: UsageWindow,
  coordinates: readonly string[],
): Promise<readonly CoordinateUse[]> {
  const rows = await db
    .selectFrom('usage_coordinate')
    .select(({ fn }) => ['coordinate', 'client', 'version', fn.sum<string>('requests').as('requests')])
    .where('environment', '=', environment)
    .where('coordinate', '=', sql<string>`any(${coordinates})`)
    .where('day', '>=', since)
    .groupBy(['coordinate', 'client', 'version'])
    .orderBy('requests', 'desc')
    .orderBy('client')
    .orderBy('version')
    .execute();
  return rows.map((row) => ({ ...row, requests: Number(row.requests) }));
}

export interface SeenOperation extends ClientName {
  readonly hash: string;
  readonly name: string | null;
  readonly body: string;
  readonly requests: number;
  /** How many clients sent it; the one that is named sent it most. */
  readonly clients: number;
}

/** Those sent most, first. */
export async function readOperations(
  db: Kysely<Tables>,
  { environment, since }: UsageWindow,
  limit: number,
): Promise<readonly SeenOperation[]> {
  const { rows } = await sql<
    Omit<SeenOperation, 'requests' | 'clients'> & Record<'requests' | 'clients', string>
  >`
    with by_client as (
      select hash, client, version, sum(requests) as requests
      from usage_operation where environment = ${environment} and day >= ${since}::date
      group by hash, client, version
    ), busiest as (
      select hash, sum(requests) as requests, count(*) as clients,
        (array_agg(client order by requests desc, client, version))[1] as client,
        (array_agg(version order by requests desc, client, version))[1] as version
      from by_client group by hash order by sum(requests) desc, hash limit ${limit}
    )
    select busiest.hash, document.name, document.body, busiest.client, busiest.version,
      busiest.requests::text as requests, busiest.clients::text as clients
    from busiest join usage_document document on document.environment = ${environment} and document.hash = busiest.hash
    order by busiest.requests desc, busiest.hash
  `.execute(db);
  return rows.map((row) => ({ ...row, requests: Number(row.requests), clients: Number(row.clients) }));
}

/** Everything from before a day, and the ids of reports that are too old to come again. */
export async function deleteUsageBefore(db: Kysely<Tables>, day: string, reportsBefore: Date): Promise<void> {
  await db.deleteFrom('usage_coordinate').where('day', '<', day).execute();
  await db.deleteFrom('usage_operation').where('day', '<', day).execute();
  await db.deleteFrom('usage_document').where('last_seen', '<', day).execute();
  await db.deleteFrom('usage_client').where('day', '<', day).execute();
  await db.deleteFrom('usage_report').where('at', '<', reportsBefore).execute();
}
