import { openTestDatabase, type TestDatabase } from '@tributary/database/testing';
import { createPasswordHasher, type PasswordHasher } from './passwords/password-hasher.ts';
import type { UsersSchema } from './store/schema.ts';

/** Where the SQL files of this service are. */
export const MIGRATIONS = new URL('../migrations/', import.meta.url);

export const TEST_SECRET = 'a secret for tests, long enough to be one';

/** An empty users database. */
export function openUsersDatabase(): Promise<TestDatabase<UsersSchema>> {
  return openTestDatabase<UsersSchema>({ migrations: MIGRATIONS });
}

/** Real scrypt that costs next to nothing: what is tested is around it. */
export function cheapPasswords(): PasswordHasher {
  return createPasswordHasher({ cost: { ln: 1, r: 8, p: 1 } });
}

export interface FakeClock {
  now(): Date;
  advance(seconds: number): void;
}

/** A clock that stands still until it is told to go. */
export function createFakeClock(start = new Date('2026-11-20T09:00:00.000Z')): FakeClock {
  let now = start;
  return {
    now: () => now,
    advance(seconds) {
      now = new Date(now.getTime() + seconds * 1_000);
    },
  };
}
