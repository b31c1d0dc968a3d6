import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Invalidations, type Mark } from './invalidations.ts';

/** More are cut off: whoever has missed so many trusts nothing older. */
const MAX_EVENTS = 10_000;
const BLOCK_MS = 5_000;
const RETRY_MS = 200;

export interface LogListener {
  invalidated(tags: readonly string[]): void;
  /** Some invalidations may have been missed: nothing that is kept can be trusted. */
  lostTrack(): void;
}

/**
 * Follows the list of invalidations that all gateways write to and read from: a stream, so that who was away for a
 * moment catches up. Its ids are the order that entries are marked by.
 */
export class InvalidationLog implements AsyncDisposable {
  readonly #redis: Redis;
  readonly #stream: string;
  readonly #listener: LogListener;
  readonly #invalidations = new Invalidations(MAX_EVENTS);
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #lastId = '0-0';
  #isFollowing = false;

  /** The connection is this log's alone: reading blocks it. */
  constructor(redis: Redis, stream: string, listener: LogListener) {
    this.#redis = redis;
    this.#stream = stream;
    this.#listener = listener;
    redis.on('close', () => {
      this.#isFollowing = false;
    });
    this.#loop = this.#follow();
  }

  /** Whether it knows of every invalidation until a moment ago. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  get mark(): Mark {
    return this.#invalidations.last;
  }

  covers(tags: readonly string[], keptAt: Mark): boolean {
    return this.#invalidations.covers(tags, keptAt);
  }

  /** By another connection: this one is busy with waiting. */
  async write(redis: Redis, tags: readonly string[]): Promise<void> {
    await redis.xadd(this.#stream, 'MAXLEN', '~', 2 * MAX_EVENTS, '*', 'tags', JSON.stringify(tags));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#redis.disconnect();
    await this.#loop;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        if (!this.#isFollowing) await this.#catchUp();
        const answer = await this.#redis.xread(
          'COUNT',
          1_000,
          'BLOCK',
          BLOCK_MS,
          'STREAMS',
          this.#stream,
          this.#lastId,
        );
        for (const [, events] of answer ?? []) for (const event of events) this.#take(event);
      } catch {
        this.#isFollowing = false;
        await pause(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** The newest events, the oldest of them first; those that are known already make no harm. */
  async #catchUp(): Promise<void> {
    const wasAt = this.#lastId;
    const events = (await this.#redis.xrevrange(this.#stream, '+', '-', 'COUNT', MAX_EVENTS)).reverse();
    const [oldest] = events;
    // A server that has lost its data gives no events, or begins anew with those after the loss.
    const mayHaveMissed = wasAt !== '0-0' && (oldest === undefined || markOf(oldest[0]) > markOf(wasAt));
    if (oldest && (events.length === MAX_EVENTS || mayHaveMissed))
      this.#invalidations.forgetBefore(markOf(oldest[0]));
    for (const event of events) this.#take(event);
    if (mayHaveMissed) this.#listener.lostTrack();
    this.#isFollowing = true;
  }

  #take([id, [, text = '']]: readonly [string, readonly string[]]): void {
    const mark = markOf(id);
    const isNew = mark > markOf(this.#lastId);
    if (!isNew) return;
    this.#lastId = id;
    const tags = parseTags(text);
    this.#invalidations.add(tags, mark);
    this.#listener.invalidated(tags);
  }
}

// Private:

/** Ids are `<milliseconds>-<number>`; a thousand invalidations in a millisecond are not to be expected. */
function markOf(id: string): Mark {
  const [ms, number] = id.split('-').map(Number);
  return (ms ?? 0) * 1_024 + Math.min(number ?? 0, 1_023);
}

function parseTags(text: string): readonly string[] {
  try {
    const tags = JSON.parse(text) as unknown;
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  } catch {
    return [];
  }
}
