import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a process and its database, and stops everything at one statement. */
export interface StatementProxy extends AsyncDisposable {
  /** The database's URL by way of the proxy. */
  readonly url: string;
  /** How many statements have come since it was armed last, those of watches not counted. */
  readonly statements: number;
  /**
   * Resolves with the SQL of the `at`-th statement from now on, counted from 1. From then on nothing passes: that statement
   * has not reached the database (`before`), or it has and its answer is held back (`after`).
   */
  arm(at: number, moment: 'before' | 'after'): Promise<string>;
  /** Cuts what there is, and lets new connections through. */
  reset(): void;
}

/** What a registry asks by itself, whatever it is asked: new connections and its watches. It would come between by chance. */
const BACKGROUND =
  /^(?:set time zone|select distinct "environment"|select "environment", "number", "share"|delete )/i;

/** The protocol's messages after the first one: a letter, then a length that counts itself. */
const HEAD_BYTES = 5;

export async function startStatementProxy(databaseUrl: string): Promise<StatementProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let statements = 0;
  let armed: { at: number; moment: 'before' | 'after'; reached: (sql: string) => void } | undefined;
  let isHeld = false;

  /** True when the message must not go on to the database. */
  function onStatement(sql: string): boolean {
    if (BACKGROUND.test(sql)) return false;
    statements++;
    if (armed === undefined || statements < armed.at) return false;
    const { moment, reached } = armed;
    armed = undefined;
    isHeld = true;
    // What the database does with it takes a moment, whose length does not matter: its answer never arrives.
    if (moment === 'before') reached(sql);
    else setTimeout(reached, 20, sql);
    return moment === 'before';
  }

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    const messages = createReader();
    client.on('data', (chunk: Buffer) => {
      for (const message of messages(chunk)) {
        if (isHeld) return;
        if (message.sql !== undefined && onStatement(message.sql)) return;
        upstream.write(message.bytes);
      }
    });
    upstream.on('data', (chunk) => {
      if (!isHeld) client.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const reset = () => {
    for (const socket of sockets) socket.destroy();
    isHeld = false;
    armed = undefined;
  };
  return {
    url: url.href,
    get statements() {
      return statements;
    },
    arm(at, moment) {
      const { promise, resolve } = Promise.withResolvers<string>();
      statements = 0;
      armed = { at, moment, reached: resolve };
      return promise;
    },
    reset,
    async [Symbol.asyncDispose]() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}

// Private:

interface Message {
  readonly bytes: Buffer;
  /** Of a statement that is executed with this message. */
  readonly sql: string | undefined;
}

/** Chunks to messages, of one connection. */
function createReader(): (chunk: Buffer) => readonly Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  /** Prepared ones are parsed once and run again by name. */
  const prepared = new Map<string, string>();
  let bound = '';

  function executedBy(type: string, bytes: Buffer): string | undefined {
    const words = () => bytes.toString('utf8', HEAD_BYTES).split('\0');
    if (type === 'Q') return words()[0];
    if (type === 'E') return bound;
    if (type === 'P') prepared.set(words()[0] ?? '', words()[1] ?? '');
    if (type === 'B') bound = prepared.get(words()[1] ?? '') ?? '';
    return undefined;
  }

  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const head = isFirst ? 4 : HEAD_BYTES;
      if (rest.length < head) return messages;
      const length = rest.readUInt32BE(head - 4) + head - 4;
      if (rest.length < length) return messages;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      const type = isFirst ? '' : String.fromCharCode(bytes[0] ?? 0);
      isFirst = false;
      messages.push({ bytes, sql: executedBy(type, bytes) });
    }
  };
}
