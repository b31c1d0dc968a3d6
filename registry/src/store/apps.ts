import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';
import type { AppManifestTable } from './usage-tables.ts';

export interface AppVersion {
  readonly environment: string;
  readonly app: string;
  readonly version: string;
}

export type StoredManifest = Selectable<AppManifestTable>;

export async function findManifest(
  db: Kysely<Tables>,
  { environment, app, version }: AppVersion,
): Promise<StoredManifest | undefined> {
  return db
    .selectFrom('app_manifest')
    .selectAll()
    .where('environment', '=', environment)
    .where('app', '=', app)
    .where('version', '=', version)
    .executeTakeFirst();
}

export async function listManifests(
  db: Kysely<Tables>,
  environment: string,
): Promise<readonly StoredManifest[]> {
  return db
    .selectFrom('app_manifest')
    .selectAll()
    .where('environment', '=', environment)
    .orderBy('app')
    .orderBy('created_at', 'desc')
    .orderBy('version', 'desc')
    .execute();
}

export interface ManifestOperation {
  readonly id: string;
  readonly name: string;
  /** Of the body. */
  readonly document: string;
  readonly body: string;
}

export interface NewManifest extends AppVersion {
  readonly digest: string;
  readonly operations: readonly ManifestOperation[];
  readonly by: string;
  readonly at: Date;
}

export async function insertManifest(
  transaction: Transaction<Tables>,
  { environment, app, version, digest, operations, by, at }: NewManifest,
): Promise<void> {
  await transaction
    .insertInto('app_manifest')
    .values({
      environment,
      app,
      version,
      digest,
      operations: operations.length,
      created_by: by,
      created_at: at,
      retired_by: null,
      retired_at: null,
    })
    .execute();
  await sql`
    insert into app_document (digest, body)
    select * from unnest(
      ${operations.map(({ document }) => document)}::text[], ${operations.map(({ body }) => body)}::text[]
    ) as new (digest, body) order by new.digest
    on conflict (digest) do nothing
  `.execute(transaction);
  await sql`
    insert into app_operation (environment, app, version, id, name, document)
    select ${environment}, ${app}, ${version}, new.id, new.name, new.document
    from unnest(
      ${operations.map(({ id }) => id)}::text[], ${operations.map(({ name }) => name)}::text[],
      ${operations.map(({ document }) => document)}::text[]
    ) as new (id, name, document)
  `.execute(transaction);
}

/** Retired, or with `by` undefined back again. */
export async function setRetired(
  transaction: Transaction<Tables>,
  { environment, app, version }: AppVersion,
  retired: { readonly by: string; readonly at: Date } | undefined,
): Promise<void> {
  await transaction
    .updateTable('app_manifest')
    .set({ retired_by: retired?.by ?? null, retired_at: retired?.at ?? null })
    .where('environment', '=', environment)
    .where('app', '=', app)
    .where('version', '=', version)
    .execute();
}

export interface AppOperation {
  readonly document: string;
  readonly name: string;
  readonly body: string;
  readonly app: string;
  /** One of those that have it, the one published last. */
  readonly version: string;
  /** How many versions of this app have it. */
  readonly versions: number;
}

/** The operations of all manifests that are not retired: each body once for each app that has it. */
export async function readAppOperations(
  db: Kysely<Tables>,
  environment: string,
): Promise<readonly AppOperation[]> {
  const { rows } = await sql<Omit<AppOperation, 'versions'> & { readonly versions: string }>`
    select operation.document, document.body, operation.app,
      (array_agg(operation.name order by manifest.created_at desc, manifest.version desc))[1] as name,
      (array_agg(manifest.version order by manifest.created_at desc, manifest.version desc))[1] as version,
      count(distinct manifest.version)::text as versions
    from app_manifest manifest
    join app_operation operation using (environment, app, version)
    join app_document document on document.digest = operation.document
    where manifest.environment = ${environment} and manifest.retired_at is null
    group by operation.document, document.body, operation.app
    order by operation.app, operation.document
  `.execute(db);
  return rows.map((row) => ({ ...row, versions: Number(row.versions) }));
}
