import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process (or another opener in this one) holds the directory. */
export class DirectoryLockedError extends Error {
  override readonly name = 'DirectoryLockedError';
  readonly directory: string;

  constructor(directory: string, owner: string | undefined, cause: unknown) {
    super(
      `the database directory ${directory} is in use by another process${owner === undefined ? '' : ` (pid ${owner})`}; stop it or choose another directory`,
      { cause },
    );
    this.directory = directory;
  }
}

/**
 * Takes the directory for this process; it is created when absent. PGlite itself has no lock, and two of them on
 * one directory lose committed rows. The lock is an exclusive SQLite transaction, that is a lock of the operating
 * system on a file: it goes when the process does, kill -9 included, and never has to be cleaned up by hand.
 */
export function lockDirectory(directory: string): Disposable {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ownerFile = join(directory, 'owner.pid');
  const lock = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    // 5 is SQLITE_BUSY; anything else (a full disk, no permission) is not about another process.
    if ((error as { errcode?: unknown }).errcode !== 5) throw error;
    throw new DirectoryLockedError(directory, readOwner(ownerFile), error);
  }
  writeFileSync(ownerFile, String(process.pid));
  return {
    [Symbol.dispose]() {
      rmSync(ownerFile, { force: true });
      lock.close();
    },
  };
}

// Only for the message: the lock, not this file, decides.
function readOwner(ownerFile: string): string | undefined {
  try {
    return readFileSync(ownerFile, 'utf8');
  } catch {
    return undefined;
  }
}
