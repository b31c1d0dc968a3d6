/**
 * A service's PostgreSQL: a server by URL, or an embedded one in a directory or in memory; migrations; Kysely with
 * spans, metrics and prepared statements. In: options and a folder of SQL files. Out: `Database`. Tests: `./testing`.
 */
export { DirectoryLockedError } from './embedded/directory-lock.ts';
export {
  isDatabaseUnavailable,
  isSerializationFailure,
  isUniqueViolation,
  toDatabaseError,
} from './errors.ts';
export { MigrationError } from './migrate.ts';
export { type Database, type DatabaseLogger, type DatabaseOptions, openDatabase } from './open-database.ts';
export type { Progress } from './progress.ts';
