import { type AdminRoute, createReadiness, startAdminServer } from '@tributary/admin';
import { type Database, openDatabase, type Progress } from '@tributary/database';
import { SCALES, type Scale, type ScaleName } from '@tributary/demo-data';
import { parseEnvironment } from '@tributary/environment';
import { runProcess } from '@tributary/lifecycle';
import { startTelemetry, type Telemetry } from '@tributary/telemetry';
import type { z } from 'zod';
import { startAttester } from './attester.ts';
import { publishAsEdited } from './publish-as-edited.ts';
import { toRegistration } from './registration.ts';
import type { ServiceEnvironment, serviceVariables } from './variables.ts';

type ServiceShape = ReturnType<typeof serviceVariables>;

export interface ServiceDefinition<Shape extends z.ZodRawShape, Tables> {
  /** The subgraph's name: of the process in logs and traces, and the audience of assertions made for it. */
  readonly name: string;
  /** `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `serviceVariables` and the service's own. */
  readonly variables: (production: boolean) => Shape;
  readonly migrations: URL;
  /** The file of the schema: what is edited in development. */
  readonly schema: URL;
  readonly seed: (seeding: Seeding<Tables>) => Promise<unknown>;
  /** Opens the service's port, last of all. What has a life-cycle goes onto the stack. */
  readonly start: (parts: ServiceParts<z.output<z.ZodObject<Shape>>, Tables>) => Promise<RunningService>;
}

export interface Seeding<Tables> {
  readonly db: Database<Tables>['db'];
  readonly scaleName: ScaleName;
  readonly scale: Scale;
  /** Aborted when the process is told to stop meanwhile. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface ServiceParts<Environment, Tables> {
  readonly environment: Environment;
  readonly db: Database<Tables>['db'];
  readonly telemetry: Telemetry;
  readonly stack: AsyncDisposableStack;
  /** As `startSubgraph` takes it. */
  readonly listen: {
    readonly host: string;
    readonly port: number;
    readonly production: boolean;
    readonly budget: { readonly defaultMs: number; readonly maxMs: number };
  };
}

export interface RunningService {
  readonly url: string;
  /** As `startSubgraph` gives it. */
  readonly schema: { readonly sdl: string; readonly digest: string; replace(sdl: string): Promise<void> };
  /** What operators can do, beside health and metrics. */
  readonly adminRoutes?: readonly AdminRoute[];
}

/**
 * The life of a service's process: its environment, telemetry, the admin port (which answers while the rest starts), its
 * database with migrations and, when asked for, demo data; then the service itself. It is ready while it runs and its
 * database answers. On a signal all of this ends in reverse order.
 */
export function runService<Shape extends z.ZodRawShape, Tables>(
  definition: ServiceDefinition<Shape & ServiceShape, Tables>,
): Promise<void> {
  const { name, env, migrations } = definition;
  return runProcess(name, async (stack) => {
    const production = env.NODE_ENV === 'production';
    const environment = parseEnvironment(definition.variables(production), env);
    // The shape has serviceVariables in it, which TypeScript cannot see through a generic zod object.
    const { HOST: host, PORT: port, ...common } = environment as unknown as ServiceEnvironment;
    const registration = toRegistration(common);

    const telemetry = stack.use(startTelemetry({ serviceName: name, serviceVersion: '0.1.0', env }));
    const { logger, registry } = telemetry;
    const readiness = createReadiness();
    const adminPort = common.ADMIN_PORT ?? (port === 0 ? 0 : port + 5_000);
    const admin = stack.use(
      await startAdminServer({ host, port: adminPort, registry, readiness: readiness.check, logger }),
    );

    const onProgress = (progress: Progress) => logger.info(progress, 'progress');
    const database = stack.use(
      await openDatabase<Tables>({
        name,
        url: common.DATABASE_URL,
        directory: common.DATABASE_DIRECTORY,
        migrations,
        onProgress,
        logger,
        registry,
      }),
    );
    if (common.SEED_DEMO_DATA !== undefined) {
      const scaleName = common.SEED_DEMO_DATA;
      const stopped = new AbortController();
      // The database waits for the seed's transaction before it closes.
      stack.defer(() => stopped.abort());
      const { db } = database;
      await definition.seed({ db, scaleName, scale: SCALES[scaleName], signal: stopped.signal, onProgress });
    }

    const budget = { defaultMs: common.REQUEST_TIMEOUT_MS, maxMs: common.MAX_REQUEST_TIMEOUT_MS };
    const listen = { host, port, production, budget };
    const service = await definition.start({ environment, db: database.db, telemetry, stack, listen });
    admin.addRoutes(service.adminRoutes ?? []);
    stack.use(readiness.begin(database, () => ({ schema: service.schema.digest })));
    if (registration !== undefined) {
      const attester = stack.use(startAttester({ name, adminUrl: admin.url, registration, logger }));
      if (common.PUBLISH_SCHEMA) {
        const { schema: file } = definition;
        const onServed = () => attester.attestNow();
        stack.use(publishAsEdited({ name, file, service, registration, onServed, logger }));
      }
    }
    logger.info({ url: service.url, adminUrl: admin.url }, 'ready');
  });
}
