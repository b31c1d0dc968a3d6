import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runFleet } from './run-fleet.ts';

const childMain = new URL('child.fixture.ts', import.meta.url).pathname;
const runnerMain = new URL('runner.fixture.ts', import.meta.url).pathname;

describe('runFleet', () => {
  it('announces once all are ready, and leaves nobody behind when asked to stop', async () => {
    await using witness = await createWitness(2);
    const { signals, announced, run, lines } = startFixtures(witness, { left: 'serve', right: 'serve' });

    await announced;
    await witness.allAlive;
    signals.emit('SIGTERM');

    expect(await run).toBeUndefined();
    await witness.allGone;
    expect(lines).toContainEqual(expect.stringMatching(/^right \| [\d:.]+ INFO {2}stopping$/));
  });

  it('stops all when one dies, and says which, how, and its last words', async () => {
    await using witness = await createWitness(2);
    const { run } = startFixtures(witness, { left: 'serve', right: 'die-when-told' });

    await witness.allAlive;
    witness.tell('right');

    expect(await run).toEqual({ name: 'right', reason: 'exit code 3', lastWords: 'out of luck' });
    await witness.allGone;
  });

  it('stops all when the announcement fails', async () => {
    await using witness = await createWitness(2);
    const { run } = startFixtures(witness, { left: 'serve', right: 'serve' }, async () => {
      await witness.allAlive;
      throw new Error('nobody to sign in');
    });

    await expect(run).rejects.toThrow('nobody to sign in');
    await witness.allGone;
  });

  it.each(['SIGKILL', 'SIGHUP'] as const)(
    'leaves nobody behind when the runner itself ends by %s',
    async (kind) => {
      await using witness = await createWitness(2);
      const runner = spawn(process.execPath, [runnerMain, String(witness.port)], { stdio: 'ignore' });
      await witness.allAlive;

      runner.kill(kind);

      await witness.allGone;
    },
  );

  it('passes a signal on when it comes to the runner alone', async () => {
    await using witness = await createWitness(2);
    const runner = spawn(process.execPath, [runnerMain, String(witness.port)], { stdio: 'ignore' });
    await witness.allAlive;

    runner.kill('SIGINT');

    expect(await once(runner, 'exit')).toEqual([0, null]);
    await witness.allGone;
  });
});

type Witness = Awaited<ReturnType<typeof createWitness>>;

/** A port to which each fixture holds a connection for as long as it lives. */
async function createWitness(count: number) {
  const sockets = new Map<string, Socket>();
  const alive = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.once('data', (name) => {
      sockets.set(String(name), socket);
      if (sockets.size === count) alive.resolve();
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      if ([...sockets.values()].every((known) => known.destroyed)) gone.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    allAlive: alive.promise,
    allGone: gone.promise,
    tell: (name: string) => sockets.get(name)?.write('go'),
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

function startFixtures(witness: Witness, modes: Record<string, string>, onReady?: () => Promise<void>) {
  const signals = new EventEmitter();
  const announced = Promise.withResolvers<void>();
  const lines: string[] = [];
  const run = withReadyUrl((readyUrl) =>
    runFleet({
      plans: Object.entries(modes).map(([name, mode]) => ({
        name,
        main: childMain,
        env: { NAME: name, MODE: mode, TEST_PORT: String(witness.port) },
        readyUrl,
      })),
      screen: { line: (text) => lines.push(text), status() {} },
      signals,
      onReady: onReady ?? (async () => announced.resolve()),
      exitAtOnce: () => {},
    }),
  );
  return { signals, announced: announced.promise, run, lines };
}

async function withReadyUrl<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = createHttpServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
