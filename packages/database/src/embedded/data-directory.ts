import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** PostgreSQL's own directory inside the one that the caller named, beside the lock. */
export interface DataDirectory {
  readonly path: string;
  /** Whether there is no complete database yet. */
  readonly isNew: boolean;
  /** Call it once the new database has been opened. */
  markComplete(): void;
}

/**
 * A kill in the middle of the first creation leaves files that look like a database. So a finished creation is
 * marked by a file, and without it whatever is there is thrown away. The directory's lock must be held.
 */
export function prepareDataDirectory(directory: string): DataDirectory {
  const path = join(directory, 'postgresql');
  const marker = join(directory, 'created');
  const isNew = !existsSync(marker);
  if (isNew) rmSync(path, { recursive: true, force: true });
  return { path, isNew, markComplete: () => writeFileSync(marker, '') };
}
