import { TributaryError } from '@tributary/errors';
import type { Kysely } from 'kysely';
import type {
  InvalidOperation,
  PublishAppAnswer,
  PublishAppBody,
  RetireAppAnswer,
} from '../contract/apps.ts';
import type { KnownOperation } from '../domain/usage.ts';
import { textDigest } from '../schema/digest.ts';
import {
  type AppVersion,
  findManifest,
  insertManifest,
  type ManifestOperation,
  readAppOperations,
  setRetired,
} from '../store/apps.ts';
import { type Actor, appendAudit } from '../store/audit.ts';
import { findComposition } from '../store/compositions.ts';
import { lockEnvironment, requireEnvironment } from '../store/environments.ts';
import { readHead } from '../store/releases.ts';
import type { Tables } from '../store/tables.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';
import type { ManifestSource } from './evidence.ts';

export interface AppParts {
  readonly db: Kysely<Tables>;
  readonly workers: SchemaWorkers;
  readonly now: () => Date;
}

export interface PublishApp extends AppVersion {
  readonly operations: PublishAppBody['operations'];
  readonly actor: Actor;
}

/**
 * Registers what a version of an app may send; from then on no change passes that would break it. Once more with the same
 * operations changes nothing, and brings back a version that was retired. Operations that the environment cannot answer now
 * are taken, and told: their subgraph may come later.
 * @throws NOT_REGISTERED, BAD_REQUEST (no GraphQL), MANIFEST_CONFLICT (this version has other operations).
 */
export async function publishApp(parts: AppParts, request: PublishApp): Promise<PublishAppAnswer> {
  const { db, now } = parts;
  const { environment, app, version, actor } = request;
  await requireEnvironment(db, environment);
  const operations = toOperations(request.operations);
  const invalid = await review(parts, environment, operations);
  const digest = textDigest(JSON.stringify(operations.map(({ id, name, document }) => [id, name, document])));
  const changed = await db.transaction().execute(async (transaction) => {
    await lockEnvironment(transaction, environment);
    const known = await findManifest(transaction, request);
    if (known !== undefined && known.digest !== digest) throw conflict(request);
    if (known !== undefined && known.retired_at === null) return false;
    const at = now();
    if (known === undefined) {
      await insertManifest(transaction, {
        environment,
        app,
        version,
        digest,
        operations,
        by: actor.name,
        at,
      });
    } else {
      await setRetired(transaction, request, undefined);
    }
    const detail = { app, version, operations: operations.length, cameBack: known !== undefined };
    await appendAudit(transaction, { at, actor, action: 'app.publish', environment, digest, detail });
    return true;
  });
  return { changed, environment, app, version, operations: operations.length, invalid };
}

export interface RetireApp extends AppVersion {
  readonly actor: Actor;
}

/** Nobody runs this version any more: its operations no longer hold up changes. @throws NOT_REGISTERED. */
export async function retireApp({ db, now }: AppParts, request: RetireApp): Promise<RetireAppAnswer> {
  const { environment, app, version, actor } = request;
  await requireEnvironment(db, environment);
  const changed = await db.transaction().execute(async (transaction) => {
    await lockEnvironment(transaction, environment);
    const known = await findManifest(transaction, request);
    if (known === undefined) {
      throw new TributaryError('NOT_REGISTERED', `${environment} has no manifest of ${app} ${version}.`);
    }
    if (known.retired_at !== null) return false;
    const at = now();
    await setRetired(transaction, request, { by: actor.name, at });
    const detail = { app, version };
    await appendAudit(transaction, {
      at,
      actor,
      action: 'app.retire',
      environment,
      digest: known.digest,
      detail,
    });
    return true;
  });
  return { changed };
}

export function createManifestSource(db: Kysely<Tables>): ManifestSource {
  return {
    async operations(environment): Promise<readonly KnownOperation[]> {
      const operations = await readAppOperations(db, environment);
      return operations.map(({ document, name, body, app, version, versions }) => ({
        id: document,
        name,
        body,
        usedBy: `app ${app} ${version}${versions > 1 ? ` and ${versions - 1} more` : ''}`,
      }));
    },
  };
}

// Private:

/** By id: the order in which a file lists them says nothing. */
function toOperations(given: PublishAppBody['operations']): readonly ManifestOperation[] {
  const byId = new Map<string, ManifestOperation>();
  for (const { id, name, body } of given) {
    const known = byId.get(id);
    if (known !== undefined && known.body !== body) {
      throw new TributaryError('BAD_REQUEST', `The body: two operations have the id ${id}.`);
    }
    byId.set(id, { id, name, body, document: textDigest(body) });
  }
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const MOST_TOLD = 20;

async function review(
  { db, workers }: AppParts,
  environment: string,
  operations: readonly ManifestOperation[],
): Promise<readonly InvalidOperation[]> {
  const { composition } = await readHead(db, environment);
  const known = composition === undefined ? undefined : await findComposition(db, composition);
  const problems = await workers.perform('reviewOperations', {
    apiSdl: known?.apiSdl,
    operations: operations.map(({ id, body }) => ({ id, body })),
  });
  const nameOf = new Map(operations.map(({ id, name }) => [id, name]));
  const told = problems.map(({ id, message }) => ({ id, name: nameOf.get(id) ?? id, message }));
  const [unreadable] = problems.flatMap((problem, index) => (problem.isReadable ? [] : (told[index] ?? [])));
  if (unreadable !== undefined) {
    const { name, id, message } = unreadable;
    throw new TributaryError('BAD_REQUEST', `Operation ${name} (${id}) is not GraphQL: ${message}`);
  }
  return told.slice(0, MOST_TOLD);
}

function conflict({ environment, app, version }: AppVersion): TributaryError {
  return new TributaryError(
    'MANIFEST_CONFLICT',
    `${environment} has a manifest of ${app} ${version} with other operations.`,
  );
}
