import { hash } from 'node:crypto';
import { type Logger, metric, type Registry } from '@tributary/telemetry';
import { Redis, type RedisOptions } from 'ioredis';
import { type CacheEntry, endOf, now } from './cache-entry.ts';
import { InvalidationLog } from './invalidation-log.ts';
import type { Mark } from './invalidations.ts';
import { RestAfterFailures } from './rest-after-failures.ts';
import type { SharedStore } from './shared-store.ts';
import { FORMAT, parseEntry, serializeEntry } from './stored-entry.ts';

export interface RedisStoreOptions {
  /** `redis://` or `rediss://`; Valkey's are the same. */
  readonly url: string;
  /** A reading that takes longer is a miss. */
  readonly timeoutMs?: number;
  readonly logger: Logger;
  readonly registry: Registry;
}

const TIMEOUT_MS = 25;
/** Someone waits for it who wants to know. */
const INVALIDATION_TIMEOUT_MS = 2_000;
const REST = { failures: 3, firstRestMs: 500, longestRestMs: 10_000 };
/** What has not been taken yet: more is not sent. */
const MAX_SAVING_BYTES = 8 * 1024 * 1024;
const PREFIX = `tributary:cache:${FORMAT}:`;

/** Redis or Valkey as the store that gateways share. Slow or away, it is left alone for a while. */
export function createRedisStore(options: RedisStoreOptions): SharedStore {
  return new RedisStore(options);
}

// Private:

class RedisStore implements SharedStore {
  readonly #redis: Redis;
  readonly #log: InvalidationLog;
  readonly #timeoutMs: number;
  readonly #rest = new RestAfterFailures(REST);
  readonly #listeners: ((tags: readonly string[] | 'all') => void)[] = [];
  readonly #count: (outcome: string, by?: number) => void;
  #savingBytes = 0;

  constructor({ url, timeoutMs = TIMEOUT_MS, logger, registry }: RedisStoreOptions) {
    const operations = metric(registry, 'cache_shared_operations_total');
    this.#count = (outcome, by = 1) => operations.inc({ outcome }, by);
    this.#timeoutMs = timeoutMs;
    this.#redis = new Redis(url, CONNECTION);
    tellOfConnection(this.#redis, logger);
    const second = new Redis(url, { ...CONNECTION, enableOfflineQueue: true });
    // It goes the way of the first, which tells.
    second.on('error', () => {});
    this.#log = new InvalidationLog(second, `${PREFIX}invalidations`, {
      invalidated: (tags) => this.#tell(tags),
      lostTrack: () => this.#tell('all'),
    });
  }

  get mark(): Mark {
    return this.#log.mark;
  }

  async load(keys: readonly string[]): Promise<readonly (CacheEntry | undefined)[]> {
    const answers = await this.#attempt((redis) => redis.mgetBuffer(keys.map(nameOf)));
    if (answers === undefined) return [];
    const entries = answers.map((bytes) => {
      const stored = bytes ? parseEntry(bytes) : undefined;
      return stored && !this.#log.covers(stored.entry.tags, stored.mark) ? stored.entry : undefined;
    });
    const hits = entries.filter((entry) => entry !== undefined).length;
    if (hits > 0) this.#count('hit', hits);
    if (hits < keys.length) this.#count('miss', keys.length - hits);
    return entries;
  }

  save(key: string, entry: CacheEntry, mark: Mark): void {
    const lifeMs = Math.floor(endOf(entry) - now());
    if (lifeMs <= 0 || this.#log.covers(entry.tags, mark)) return;
    const bytes = serializeEntry(entry, mark);
    if (this.#savingBytes + bytes.length > MAX_SAVING_BYTES) {
      this.#count('skipped');
      return;
    }
    this.#savingBytes += bytes.length;
    void this.#attempt((redis) => redis.set(nameOf(key), bytes, 'PX', lifeMs)).then((answer) => {
      this.#savingBytes -= bytes.length;
      if (answer !== undefined) this.#count('saved');
    });
  }

  async invalidate(tags: readonly string[]): Promise<boolean> {
    try {
      await within(INVALIDATION_TIMEOUT_MS, this.#log.write(this.#redis, tags));
      return true;
    } catch {
      return false;
    }
  }

  onInvalidated(listener: (tags: readonly string[] | 'all') => void): void {
    this.#listeners.push(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#redis.disconnect();
    await this.#log[Symbol.asyncDispose]();
  }

  /** Undefined where it was not tried, failed, or took too long. */
  async #attempt<T>(run: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    // Who does not know what has been invalidated must not read, nor mark what it writes.
    if (this.#redis.status !== 'ready' || !this.#log.isFollowing || !this.#rest.mayTry()) {
      this.#count('skipped');
      return undefined;
    }
    try {
      const answer = await within(this.#timeoutMs, run(this.#redis));
      this.#rest.succeeded();
      return answer;
    } catch {
      this.#rest.failed();
      this.#count('failed');
      return undefined;
    }
  }

  #tell(tags: readonly string[] | 'all'): void {
    for (const listener of this.#listeners) listener(tags);
  }
}

const CONNECTION = {
  connectTimeout: 2_000,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  // For ever: the gateway does well without it, and better with it.
  retryStrategy: (attempts: number) => Math.min(100 * 2 ** attempts, 5_000) * (0.5 + Math.random() / 2),
} satisfies RedisOptions;

/** Subjects, keys and queries are nobody's business in there. */
function nameOf(key: string): string {
  return PREFIX + hash('sha256', key, 'base64url');
}

/** The promise may still reject later, which concerns nobody then. */
async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DOMException('Too slow', 'TimeoutError')), timeoutMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One line for each change, however many attempts it takes. */
function tellOfConnection(redis: Redis, logger: Logger): void {
  let isAway = false;
  const away = (reason: string) => {
    if (!isAway) logger.warn({ reason }, 'the shared cache is away: each gateway has its own memory only');
    isAway = true;
  };
  redis.on('error', (error: Error) => away(error.message));
  redis.on('close', () => away('the connection is closed'));
  redis.on('ready', () => {
    if (isAway) logger.info('the shared cache is back');
    isAway = false;
  });
}
