import type { Deadline, EndOfRequest } from '@tributary/deadline';
import { TributaryError } from '@tributary/errors';
import pg from 'pg';
import type { CancelRequest } from './cancel-request.ts';
import { type CancellationOutcome, cancelStatement } from './cancel-statement.ts';
import type { StatementTimeouts } from './statement-timeouts.ts';

export interface LeaseOptions {
  readonly client: pg.PoolClient;
  /** Of the request that borrows the connection. It has not ended yet. */
  readonly deadline: Deadline | undefined;
  /** Undefined for a server that cannot cancel: its statements run to their end. */
  readonly cancel: CancelRequest | undefined;
  /** Undefined for a server without timers. */
  readonly timeouts: StatementTimeouts | undefined;
  /** A statement that ran when its request ended. */
  readonly onCancelled: (end: EndOfRequest, outcome: CancellationOutcome) => void;
  /** The connection is the pool's again, or closed. */
  readonly onReturned: () => void;
}

// A server that cannot even roll back in that time is cut off, which rolls back as well.
const ROLLBACK_TIMEOUT_MS = 1_000;

/**
 * A connection for as long as one borrower has it. When the borrower's request ends, its wait ends at once, whatever
 * the server does; then, in this order, the statement that runs is cancelled, its end is awaited, and what it did in
 * an open transaction is rolled back. Only after that does the connection go back, and it is closed if any of this
 * fails: who borrows it next finds it idle. A COMMIT that was sent is neither cancelled nor given up.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #ended = Promise.withResolvers<undefined>();
  #running: Promise<pg.QueryResult> | undefined;
  #isSettling = false;
  #windingDown: Promise<void> | undefined;
  #isBroken = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
    // While a client is lent, pg-pool does not listen: a connection that dies then would end the process.
    options.client.on('error', this.#onError);
    options.deadline?.signal.addEventListener('abort', this.#onEnd);
  }

  /** One statement at a time. `operation` is its verb, in capitals. Rejects with the deadline's error when that ends. */
  async run(operation: string, query: pg.QueryConfig): Promise<pg.QueryResult> {
    const { deadline } = this.#options;
    const settles = operation === 'COMMIT' || operation === 'ROLLBACK';
    if (deadline?.end !== undefined) {
      // It will have happened by the time the connection is used again.
      if (operation === 'ROLLBACK') return ROLLED_BACK;
      deadline.throwIfEnded();
    }
    const running = this.#exchange(operation, query);
    this.#running = running;
    this.#isSettling = settles;
    try {
      if (deadline === undefined || settles) return await running;
      const result = await Promise.race([running, this.#ended.promise]);
      if (result !== undefined) return result;
      deadline.throwIfEnded();
      return await running;
    } catch (error) {
      this.#isBroken ||= isClientBroken(error);
      throw error;
    } finally {
      if (this.#windingDown === undefined) this.#running = undefined;
    }
  }

  /** `discard` closes the connection, as does a transaction that the borrower left open. */
  release(discard = false): void {
    this.#options.deadline?.signal.removeEventListener('abort', this.#onEnd);
    if (discard) this.#isBroken = true;
    if (this.#windingDown === undefined) this.#return();
    else void this.#windingDown.finally(() => this.#return());
  }

  async #exchange(operation: string, query: pg.QueryConfig): Promise<pg.QueryResult> {
    const { client, deadline, timeouts } = this.#options;
    if (timeouts === undefined || client.getTransactionStatus() !== 'I') return client.query(query);
    const remainingMs = deadline?.remainingMs ?? Number.POSITIVE_INFINITY;
    if (operation !== 'BEGIN' && operation !== 'START') {
      await timeouts.set(client, remainingMs);
      deadline?.throwIfEnded();
      return client.query(query);
    }
    const setting = timeouts.settingOfTransaction(client, remainingMs);
    if (setting === undefined) return client.query(query);
    // One round trip for both. pg answers several statements with several results, which its types leave out.
    const { name: _, ...unnamed } = query;
    const results: unknown = await client.query({ ...unnamed, text: `${query.text}; ${setting}` });
    return (results as [pg.QueryResult, pg.QueryResult])[0];
  }

  readonly #onError = () => {
    this.#isBroken = true;
  };

  readonly #onEnd = () => {
    this.#windingDown = this.#windDown().catch(() => {
      this.#isBroken = true;
    });
    this.#ended.resolve(undefined);
  };

  async #windDown(): Promise<void> {
    const { client, cancel, deadline, onCancelled } = this.#options;
    const running = this.#running;
    if (running !== undefined && !this.#isSettling) {
      const outcome = await cancelStatement({ client, running, cancel });
      onCancelled(deadline?.end ?? 'deadline', outcome);
      // Closed as it is: neither the statement's end nor a rollback can be waited for.
      if (outcome === 'abandoned') this.#isBroken = true;
    }
    if (this.#isBroken) return;
    await running?.catch((error: unknown) => {
      this.#isBroken ||= isClientBroken(error);
    });
    if (this.#isBroken || client.getTransactionStatus() === 'I') return;
    // No timeout where the server shares our process: to cut it off would not stop it.
    const timeout = cancel === undefined ? {} : { query_timeout: ROLLBACK_TIMEOUT_MS };
    await client.query({ text: 'ROLLBACK', ...timeout });
  }

  #return(): void {
    const { client, onReturned } = this.#options;
    client.off('error', this.#onError);
    client.release(this.#isBroken || client.getTransactionStatus() !== 'I');
    onReturned();
  }
}

// Private:

const ROLLED_BACK: pg.QueryResult = { command: 'ROLLBACK', rowCount: 0, oid: 0, rows: [], fields: [] };

// After these the connection lives, but its prepared statements or its place in the protocol cannot be relied on.
function isClientBroken(error: unknown): boolean {
  if (error instanceof TributaryError) return false; // the request has ended, not the connection
  if (!(error instanceof pg.DatabaseError)) return true;
  const planChanged = error.code === '0A000' && /cached plan/.test(error.message); // a migration changed a table
  const statementLost = error.code === '26000'; // a proxy in between gave us another backend
  return planChanged || statementLost;
}
