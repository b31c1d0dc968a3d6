import type pg from 'pg';

const SHORTEST_MS = 1_000;
const SLACK = 4;

/**
 * Keeps PostgreSQL's `statement_timeout` above the time that a request has left, and near it: should this process die
 * or its cancel request get lost, the server ends the statement by itself. Telling the server costs a round trip, so a
 * connection keeps the timeout that it has while that is between one and four times what is needed (a second at least).
 */
export class StatementTimeouts {
  readonly #limitMs: number;
  readonly #current = new WeakMap<pg.ClientBase, number>();

  /** @param limitMs for statements of no request; 0 for none. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs === 0 ? Number.POSITIVE_INFINITY : limitMs;
  }

  /** A new connection, which has the limit. `ownsSession`: no pooler gives its statements to other sessions. */
  connected(client: pg.ClientBase, ownsSession: boolean): void {
    if (ownsSession) this.#current.set(client, this.#limitMs);
  }

  /** Bounds the next statement on the connection, which is in no transaction. */
  async set(client: pg.ClientBase, remainingMs: number): Promise<void> {
    const currentMs = this.#current.get(client);
    if (currentMs === undefined) return; // what one session is told would hit another's statements
    const nextMs = nextTimeoutMs({ currentMs, remainingMs, limitMs: this.#limitMs });
    if (nextMs === undefined) return;
    // Unless it succeeds nobody knows what is set, and nothing is what a later comparison would take for right.
    this.#current.set(client, Number.NaN);
    await client.query(`SET statement_timeout = ${toSetting(nextMs)}`);
    this.#current.set(client, nextMs);
  }

  /** What bounds the transaction's statements, to be sent together with its BEGIN; it ends with the transaction. */
  settingOfTransaction(client: pg.ClientBase, remainingMs: number): string | undefined {
    const currentMs = this.#current.get(client) ?? this.#limitMs;
    const nextMs = nextTimeoutMs({ currentMs, remainingMs, limitMs: this.#limitMs });
    return nextMs === undefined ? undefined : `SET LOCAL statement_timeout = ${toSetting(nextMs)}`;
  }
}

/** The timeout to set instead of the current one, a power of two of seconds or the limit; undefined to keep it. */
export function nextTimeoutMs(times: {
  readonly currentMs: number;
  readonly remainingMs: number;
  readonly limitMs: number;
}): number | undefined {
  const { currentMs, remainingMs, limitMs } = times;
  if (remainingMs >= limitMs) return currentMs === limitMs ? undefined : limitMs;
  const neededMs = Math.max(remainingMs, SHORTEST_MS);
  if (currentMs >= neededMs && currentMs <= SLACK * neededMs) return undefined;
  const rungMs = SHORTEST_MS * 2 ** Math.ceil(Math.log2(neededMs / SHORTEST_MS));
  return Math.min(rungMs, limitMs);
}

function toSetting(timeoutMs: number): number {
  return timeoutMs === Number.POSITIVE_INFINITY ? 0 : timeoutMs;
}
