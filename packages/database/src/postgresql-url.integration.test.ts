import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS, type Schema } from '../fixtures/schema.ts';
import { openDatabase } from './index.ts';

const open = (url: string, options: { connectTimeoutMs?: number } = {}) =>
  openDatabase<Schema>({ name: 'test', url, migrations: MIGRATIONS, ...options });

describe('a PostgreSQL URL', () => {
  it.each([
    '',
    'localhost',
    'http://localhost/x',
    'postgresql://localhost',
    'postgresql://u:hunter2@h:port/x',
  ])('that is none (%j) is refused without being shown', async (url) => {
    const error: Error = await open(url).then(
      () => new Error('opened'),
      (caught) => caught,
    );
    expect(error.message).toBe('the database URL must be like postgresql://user:password@host:5432/database');
  });

  it('where nothing listens is an error that names server and database, not user and password', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo; // it listens on a port
    listener.close();
    await expect(open(`postgresql://mia:hunter2@127.0.0.1:${port}/shop`)).rejects.toThrow(
      `PostgreSQL database "shop" at 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED`,
    );
  });

  it('where nobody answers is given up after the time-out', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo; // it listens on a port
    await expect(open(`postgresql://127.0.0.1:${port}/shop`, { connectTimeoutMs: 50 })).rejects.toThrow(
      'cannot be reached',
    );
    silent.close();
  });
});
