import { describe, expect, it } from 'vitest';
import { createReadiness } from './readiness-switch.ts';

describe('readiness', () => {
  it('comes with the database and goes with it, and is over once the process stops', async () => {
    const readiness = createReadiness();
    expect(await readiness.check()).toEqual({ isReady: false, checks: { server: 'starting' } });

    const database = { ping: () => Promise.resolve() };
    const running = readiness.begin(database);
    expect(await readiness.check()).toEqual({ isReady: true, checks: { server: 'ok', database: 'ok' } });

    database.ping = () => Promise.reject(new Error('connection refused'));
    expect(await readiness.check()).toEqual({
      isReady: false,
      checks: { server: 'ok', database: 'unavailable' },
    });

    database.ping = () => Promise.resolve();
    readiness.begin(database, () => ({ schema: 'c0ffee' }));
    expect((await readiness.check()).checks).toEqual({ server: 'ok', database: 'ok', schema: 'c0ffee' });

    running[Symbol.dispose]();
    expect(await readiness.check()).toEqual({ isReady: false, checks: { server: 'stopping' } });
  });
});
