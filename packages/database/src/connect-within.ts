import type { Deadline } from '@tributary/deadline';
import type pg from 'pg';

/**
 * A connection of the pool. Rejects with the deadline's error when that ends first; the pool's queue cannot be left, so
 * a connection that comes later goes back unused.
 */
export async function connectWithin(pool: pg.Pool, deadline: Deadline | undefined): Promise<pg.PoolClient> {
  if (deadline === undefined) return pool.connect();
  deadline.throwIfEnded();
  const connecting = pool.connect();
  const { promise: ended, resolve: onEnd } = Promise.withResolvers<undefined>();
  const end = () => onEnd(undefined);
  deadline.signal.addEventListener('abort', end);
  try {
    const client = await Promise.race([connecting, ended]);
    if (client !== undefined && deadline.end === undefined) return client;
  } finally {
    deadline.signal.removeEventListener('abort', end);
  }
  void connecting.then(
    (client) => client.release(),
    () => {},
  );
  deadline.throwIfEnded();
  return connecting;
}
