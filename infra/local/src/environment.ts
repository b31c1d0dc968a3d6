import { databaseUrl, logLevel, port } from '@tributary/environment';
import { z } from 'zod';

/** What a developer can set for `npm start`. All other variables reach the processes as they are. */
export const localEnvironment = {
  /** Added to each port, so that a second instance (a test's, another checkout's) runs beside the first. */
  TRIBUTARY_PORT_OFFSET: port(0),
  /** Where databases live; `.tributary` in the repository when not given, a folder of its own per offset. */
  TRIBUTARY_DIRECTORY: z.string().optional(),
  LOG_LEVEL: logLevel(),
  USERS_DATABASE_URL: databaseUrl(),
  ORDERS_DATABASE_URL: databaseUrl(),
  LOYALTY_DATABASE_URL: databaseUrl(),
  SEED_DEMO_DATA: z.enum(['demo', 'large'], { message: 'is neither demo nor large' }).default('demo'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().default('http://localhost:4318'),
  OTEL_SDK_DISABLED: z.string().optional(),
};

export type LocalSettings = z.output<z.ZodObject<typeof localEnvironment>>;
