import pg from 'pg';

/**
 * Asks the server to cancel what the client's connection runs at that moment. Resolves when the server has passed the
 * request on: what is sent on the connection from then on cannot be hit by it. Rejects when that is not known.
 */
export type CancelRequest = (client: pg.ClientBase) => Promise<void>;

/**
 * The protocol's own way: a connection that says whom to cancel and is closed by the server, which counts towards no
 * limit of connections and needs no place in a pool. The server signals the backend before it closes, and a backend
 * drops a signal that finds it between two statements (`CHECK_FOR_INTERRUPTS` in PostgresMain): hence the guarantee.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export function createCancelRequest(config: pg.ClientConfig, timeoutMs: number): CancelRequest {
  return (target) => {
    const { processID, secretKey } = target as unknown as BackendKey;
    const { host, port, ssl, connection } = new pg.Client(config) as unknown as CancelClient;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let isSent = false;
    const send = () => {
      isSent = true;
      connection.cancel(processID, secretKey);
    };
    const timer = setTimeout(() => {
      reject(new Error('timeout expired'));
      connection.stream.destroy();
    }, timeoutMs);

    connection.on('connect', () => {
      if (ssl === false) send();
      else if (connection.sslNegotiation !== 'direct') connection.requestSsl();
    });
    connection.on('sslconnect', send);
    connection.on('error', reject);
    connection.on('end', () => {
      clearTimeout(timer);
      if (isSent) resolve();
      else reject(new Error('Connection terminated'));
    });
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
    return promise;
  };
}

// Private:

// What `Client.cancel` of pg itself is made of. That one sends the key without TLS and does not say when it is done;
// the types of pg know none of this.
interface BackendKey {
  readonly processID: number;
  readonly secretKey: number;
}

interface CancelClient {
  readonly host: string;
  readonly port: number;
  /** False, or how to encrypt. */
  readonly ssl: unknown;
  readonly connection: pg.Connection & {
    readonly sslNegotiation: string;
    connect(portOrPath: number | string, host?: string): void;
    requestSsl(): void;
    cancel(processID: number, secretKey: number): void;
  };
}
