import { createServer } from 'node:net';
import { runProcess } from './run-process.ts';

/** A process for the tests: argv[2] says how it behaves. It tells its parent when it is ready. */
const mode = process.argv[2];

await runProcess('fixture', async (stack, control) => {
  const keepAlive = setInterval(() => {}, 1000);
  stack.defer(() => clearInterval(keepAlive));
  stack.defer(() => console.log('disposed first'));
  if (mode === 'port-in-use') await listenTwice();
  stack.defer(() => console.log('disposed second'));
  if (mode === 'hang-for-a-moment') control.stopTimeoutMs = 100;
  if (mode?.startsWith('hang')) {
    stack.defer(async () => {
      process.send?.('stopping');
      await new Promise(() => {});
    });
  }
  if (mode === 'slow-start') {
    const { promise, reject } = Promise.withResolvers<never>();
    stack.defer(() => reject(new Error('the start was cut short')));
    process.send?.('starting');
    await promise;
  }
  if (mode === 'throw-later') {
    setImmediate(() => {
      throw new Error('nobody caught this');
    });
  }
  if (mode === 'reject-later') setImmediate(() => void Promise.reject(new Error('nobody caught this')));
  // With a callback, as one test's parent is gone by now.
  process.send?.('ready', undefined, {}, () => {});
});

async function listenTwice(): Promise<void> {
  const first = createServer();
  await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
  const { port } = first.address() as { port: number };
  try {
    await new Promise((_, reject) => createServer().once('error', reject).listen(port, '127.0.0.1'));
  } finally {
    first.close();
  }
}
