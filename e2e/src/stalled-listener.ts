import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** The thread listens and then never accepts: the kernel answers what its queue holds, and lets all others wait. */
const LISTENER = `
  const { createServer } = require('node:net');
  const { parentPort, workerData: port } = require('node:worker_threads');
  createServer().listen({ port, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage('listening');
    // The message leaves before the thread is blocked.
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;
const MORE_THAN_THE_QUEUE = 4;

/** A port on which connecting hangs: its queue of connections is full (Linux then drops every further SYN). */
export async function stallPort(port: number): Promise<AsyncDisposable> {
  const worker = new Worker(LISTENER, { eval: true, workerData: port });
  await once(worker, 'message');
  const waiting = Array.from({ length: MORE_THAN_THE_QUEUE }, () =>
    connect(port, '127.0.0.1').on('error', () => {}),
  );
  await delay(50);
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}
