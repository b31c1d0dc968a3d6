import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { claimPort } from '@tributary/lifecycle/testing';
import { Redis } from 'ioredis';

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** For tests to look inside. */
  readonly redis: Redis;
  kill(): Promise<void>;
  /** On the same port, empty. */
  restart(): Promise<void>;
  /** Takes connections and answers nobody until `resume`. */
  freeze(): void;
  resume(): void;
}

/** A real redis-server (or valkey-server) of this machine, in memory only, on a free port. */
export async function startRedisServer(): Promise<RedisServer> {
  const port = await claimPort();
  const url = `redis://127.0.0.1:${port}`;
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  let child: ChildProcess | undefined;
  const start = async () => {
    const program = process.env.REDIS_SERVER ?? 'redis-server';
    child = spawn(program, ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
    });
    await redis.ping();
  };
  const kill = async () => {
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    child = undefined;
  };
  await start();
  return {
    url,
    redis,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    freeze: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await kill();
    },
  };
}
