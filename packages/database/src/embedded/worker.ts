import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { createCheckpointer } from './checkpointer.ts';
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

// One thing after the other, in the order of the messages.
let last = Promise.resolve();
const enqueue = <Result>(task: () => Promise<Result>): Promise<Result> => {
  const result = last.then(task);
  last = result.then(() => {});
  return result;
};
const checkpointer = createCheckpointer(() => enqueue(() => session.checkpoint()));

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'open':
      return session.open(message.connection);
    case 'bytes':
      checkpointer.received(message.bytes.length);
      return session.receive(message.connection, message.bytes);
    case 'close':
      return session.close(message.connection);
    case 'shutdown':
      checkpointer[Symbol.dispose]();
      // Writes PostgreSQL's shutdown checkpoint: the next start needs no recovery.
      await server.close();
      port?.close();
  }
}

port.on('message', (message: ToWorker) => void enqueue(() => handle(message)));
send({ type: 'ready' });
