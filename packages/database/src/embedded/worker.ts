import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import type { FromWorker, ToWorker, WorkerOptions } from './messages.ts';
import { Session } from './session.ts';

/**
 * The worker's entry: PGlite runs here, because a statement blocks its thread until it is done. A fault in here
 * is not handled: it ends the worker, and the main thread sees that as the database having died.
 */
const port = parentPort;
if (port === null) throw new Error('the embedded database runs in a worker thread only');
const options = workerData as WorkerOptions; // written by startEmbeddedServer, nobody else

const server = await PGlite.create({
  ...(options.dataDirectory !== undefined && { dataDir: options.dataDirectory }),
  // The dump is of the same PostgreSQL; initdb would take ten times as long.
  ...(options.create && { loadDataDir: await dataDir() }),
});
const send = (message: FromWorker) =>
  port.postMessage(message, message.type === 'bytes' ? [message.bytes.buffer] : []);
const session = new Session(server, (connection, bytes) => send({ type: 'bytes', connection, bytes }));

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'open':
      return session.open(message.connection);
    case 'bytes':
      return session.receive(message.connection, message.bytes);
    case 'close':
      return session.close(message.connection);
    case 'shutdown':
      // Writes PostgreSQL's shutdown checkpoint: the next start needs no recovery.
      await server.close();
      port?.close();
  }
}

let last = Promise.resolve();
port.on('message', (message: ToWorker) => {
  last = last.then(() => handle(message));
});
send({ type: 'ready' });
