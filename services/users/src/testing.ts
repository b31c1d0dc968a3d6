import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '@tributary/database/testing';
import type { SubgraphDefinition } from '@tributary/subgraph';
import type { UsersContext } from './context.ts';
import { toKeyPolicy } from './domain/key-schedule.ts';
import type { User } from './domain/user.ts';
import { createPasswordHasher, type PasswordHasher } from './passwords/password-hasher.ts';
import type { ScryptCost } from './passwords/phc.ts';
import { createUsersSubgraph, type UsersServices } from './server.ts';
import type { UsersSchema } from './store/schema.ts';
import { insertUser } from './store/users.ts';
import { type KeyRing, openKeyRing } from './tokens/key-ring.ts';
import { createSeal } from './tokens/seal.ts';
import { createTokenIssuer } from './tokens/token-issuer.ts';

export const MIGRATIONS = new URL('../migrations/', import.meta.url);
export const TEST_SECRET = 'a secret for tests, long enough to be one';
export const TOKEN_CLAIMS = { issuer: 'http://users.test', audience: 'tributary' };

/** An empty users database. */
export function openUsersDatabase(): Promise<TestDatabase<UsersSchema>> {
  return openTestDatabase<UsersSchema>({ migrations: MIGRATIONS });
}

/** Real scrypt that costs next to nothing: what is tested is around it. */
export function cheapPasswords(cost: ScryptCost = { ln: 1, r: 8, p: 1 }): PasswordHasher {
  return createPasswordHasher({ cost });
}

export interface UsersUnderTest extends UsersServices, AsyncDisposable {
  readonly database: TestDatabase<UsersSchema>;
  readonly keys: KeyRing;
  /** For `executeAs`. */
  readonly subgraph: SubgraphDefinition<UsersContext>;
  /** Accounts whose password is `correct horse`, oldest first. */
  addUsers(count: number): Promise<readonly User[]>;
}

/** The users service on a database of its own, with a real key ring, and without a network. */
export async function createUsersUnderTest(passwords = cheapPasswords()): Promise<UsersUnderTest> {
  const database = await openUsersDatabase();
  const { db } = database;
  const now = () => new Date();
  const policy = toKeyPolicy(86_400, 900);
  const keys = await openKeyRing({ db, seal: createSeal(TEST_SECRET), policy, now });
  const tokens = createTokenIssuer({ keys, ...TOKEN_CLAIMS, lifetimeS: policy.tokenTtlS, now });
  const services: UsersServices = { db, passwords, tokens, maxSignInAttempts: 10 };
  return {
    ...services,
    database,
    keys,
    subgraph: createUsersSubgraph(services),
    async addUsers(count) {
      const passwordHash = await passwords.hash('correct horse');
      const users: User[] = [];
      for (let index = 0; index < count; index++) {
        const id = randomUUID();
        const user = await insertUser(db, {
          id,
          email: `${id}@example.com`,
          displayName: `User ${index}`,
          passwordHash,
        });
        if (user !== undefined) users.push(user);
      }
      return users;
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
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
