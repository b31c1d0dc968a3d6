import {
  concatBytes,
  endsIdle,
  endsWithAnswered,
  isStartup,
  isTerminate,
  queryMessage,
  SYNC_MESSAGE,
} from './wire.ts';

/** The part of PGlite that a session needs: bytes in, bytes out, on this thread. */
export interface ProtocolServer {
  execProtocolRawStream(
    message: Uint8Array,
    options: { syncToFs: boolean; onRawData: (bytes: Uint8Array) => void },
  ): Promise<void>;
}

// PGlite hands out 8 KB at a time; crossing threads costs about 10 µs a message, so answers are gathered first.
const ANSWER_BYTES = 256 * 1024;

/**
 * PGlite has one backend, so one session serves all connections, one after the other. Pipelined messages are held
 * back until one that has to be answered (a Sync, mostly) and run as one batch, as a real server would see them.
 * Closing a connection resets the session, whatever state it was left in: the next client starts clean.
 */
export class Session {
  readonly #server: ProtocolServer;
  readonly #answer: (connection: number, bytes: Uint8Array<ArrayBuffer>) => void;
  #connection: number | undefined;
  #pending: Uint8Array[] = [];
  #isIdle = false;

  constructor(server: ProtocolServer, answer: (connection: number, bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#server = server;
    this.#answer = answer;
  }

  async open(connection: number): Promise<void> {
    if (this.#connection !== undefined) await this.close(this.#connection);
    this.#connection = connection;
  }

  async receive(connection: number, bytes: Uint8Array): Promise<void> {
    // A connection that was closed or superseded: nobody waits for an answer.
    if (connection !== this.#connection || isTerminate(bytes)) return;
    this.#pending.push(bytes);
    if (!isStartup(bytes) && !endsWithAnswered(bytes)) return;
    const batch = this.#pending.length === 1 ? bytes : concatBytes(this.#pending);
    this.#pending = [];
    await this.#execute(batch, (answer) => this.#answer(connection, answer));
  }

  async close(connection: number): Promise<void> {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.#pending = [];
    // The Sync ends a failed extended query; DISCARD ALL may not run inside a transaction.
    for (const message of [SYNC_MESSAGE, queryMessage('ROLLBACK'), queryMessage('DISCARD ALL')]) {
      await this.#execute(message, () => {});
    }
  }

  /** Resolves to false while a transaction is open or a query is half sent: then nothing may come in between. */
  async checkpoint(): Promise<boolean> {
    const isPossible = this.#isIdle && this.#pending.length === 0;
    if (isPossible) await this.#execute(queryMessage('CHECKPOINT'), () => {});
    return isPossible;
  }

  async #execute(message: Uint8Array, answer: (bytes: Uint8Array<ArrayBuffer>) => void): Promise<void> {
    let chunks: Uint8Array[] = [];
    let gathered = 0;
    const flush = () => {
      if (gathered > 0) answer(concatBytes(chunks));
      chunks = [];
      gathered = 0;
    };
    await this.#server.execProtocolRawStream(message, {
      syncToFs: false, // only IndexedDB needs it: on files every write has already been made
      onRawData: (bytes) => {
        // A copy, because this is a view of the WebAssembly memory.
        chunks.push(bytes.slice());
        gathered += bytes.length;
        this.#isIdle = endsIdle(bytes);
        if (gathered >= ANSWER_BYTES) flush();
      },
    });
    flush();
  }
}
