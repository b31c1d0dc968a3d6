import { createNoticeSigner, generateSigningKeys, type NamedKey } from '@tributary/supergraph-delivery';
import type { Telemetry } from '@tributary/telemetry';
import type { Kysely } from 'kysely';
import { createHttpServer } from './api/http-server.ts';
import type { PageAccess } from './api/parts.ts';
import { DEFAULT_STEP_SETTINGS, type StepSettings } from './domain/canary/next-step.ts';
import { DEFAULT_RELEASE_POLICY, type ReleasePolicy } from './domain/release-policy.ts';
import { TOLERABLE_SHARE } from './domain/verdict.ts';
import { createManifestSource } from './operations/apps.ts';
import { type CanaryWatchOptions, watchCanaries } from './operations/canary-watch.ts';
import { createComposer } from './operations/composer.ts';
import type { ManifestSource, UsageSource } from './operations/evidence.ts';
import { createLiveSupergraph } from './operations/live-supergraph.ts';
import { observeReleases } from './operations/observe-releases.ts';
import { watchReleases } from './operations/release-watch.ts';
import { tellDecisions } from './operations/tell-decision.ts';
import { createUsage } from './operations/usage.ts';
import type { Tables } from './store/tables.ts';
import { createSchemaWorkers, type SchemaWorkersOptions } from './thread/schema-workers.ts';

export interface RegistryServerOptions {
  readonly db: Kysely<Tables>;
  readonly telemetry: Pick<Telemetry, 'logger' | 'registry'>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly now?: () => Date;
  readonly workers?: SchemaWorkersOptions;
  /** What gateways and apps have told unless given. */
  readonly usage?: UsageSource;
  readonly manifests?: ManifestSource;
  /** How many days of usage count. */
  readonly usageWindowDays?: number;
  readonly tolerableShare?: number;
  /** How releases go out. */
  readonly releases?: Partial<ReleasePolicy>;
  /** How canaries go from step to step. */
  readonly canaries?: Partial<Omit<StepSettings, 'steps'>> & Pick<CanaryWatchOptions, 'decides'>;
  /** What deliveries are signed with; a new one unless given. */
  readonly signingKey?: NamedKey;
  /** The page asks for a token unless told otherwise. */
  readonly pageAccess?: PageAccess;
  readonly bodyLimitBytes?: number;
  /** How soon a release made by another registry on this database is seen. */
  readonly pollMs?: number;
  /** How long stopping waits for requests in flight before it cuts their connections. */
  readonly drainTimeoutMs?: number;
}

export interface RegistryServer extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
}

const BODY_LIMIT_BYTES = 20 * 1024 * 1024;

/**
 * Serves the registry on a migrated database. Resolves when it accepts requests; rejects, with nothing left open, when
 * the port is taken. Disposing answers those who wait for a supergraph, lets requests in flight finish, and ends threads.
 */
export async function startRegistryServer(options: RegistryServerOptions): Promise<RegistryServer> {
  const { db, telemetry, drainTimeoutMs = 5_000, now = () => new Date() } = options;
  const { logger, registry } = telemetry;
  let draining = false;

  await using starting = new AsyncDisposableStack();
  const workers = starting.use(createSchemaWorkers({ ...options.workers, registry }));
  const live = createLiveSupergraph({
    db,
    ...(options.pollMs !== undefined && { pollMs: options.pollMs }),
    onError: (error) => logger.warn({ err: error }, 'cannot see whether there is a new release'),
  });
  const usage = createUsage({
    db,
    now,
    ...(options.usageWindowDays !== undefined && { windowDays: options.usageWindowDays }),
    onError: (error) => logger.warn({ err: error }, 'cannot delete old usage'),
  });
  const policy = { ...DEFAULT_RELEASE_POLICY, ...options.releases };
  observeReleases({ db, policy, registry });
  const app = createHttpServer({
    parts: {
      db,
      workers,
      composer: createComposer(db, workers),
      live,
      signer: createNoticeSigner(options.signingKey ?? generateSigningKeys('unnamed').privateJwk),
      policy,
      usage: options.usage ?? usage,
      usageReports: usage,
      manifests: options.manifests ?? createManifestSource(db),
      tolerableShare: options.tolerableShare ?? TOLERABLE_SHARE,
      now,
      pageAccess: options.pageAccess ?? 'token',
    },
    logger,
    registry,
    bodyLimitBytes: options.bodyLimitBytes ?? BODY_LIMIT_BYTES,
    isDraining: () => draining,
  });
  starting.defer(async () => {
    draining = true;
    live[Symbol.dispose]();
    const cut = setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs);
    await app.close();
    clearTimeout(cut);
  });
  starting.use(
    watchReleases({
      db,
      policy,
      now,
      onRelease: live.wake,
      onError: (error) => logger.warn({ err: error }, 'cannot see whether a release can go on'),
    }),
  );
  starting.use(
    watchCanaries({
      db,
      decides: options.canaries?.decides ?? true,
      settings: { ...DEFAULT_STEP_SETTINGS, ...options.canaries, steps: policy.canarySteps },
      now,
      onRelease: live.wake,
      onDecision: tellDecisions(logger, registry),
      onError: (error) => logger.warn({ err: error }, 'cannot see how a canary is doing'),
    }),
  );
  const url = await app.listen({ host: options.host, port: options.port });
  const resources = starting.move();
  return { url, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
