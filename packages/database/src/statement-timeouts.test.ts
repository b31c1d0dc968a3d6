import fc from 'fast-check';
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { nextTimeoutMs, StatementTimeouts } from './statement-timeouts.ts';

const LIMIT_MS = 30_000;
const NO_DEADLINE = Number.POSITIVE_INFINITY;

/** A client that keeps what it is told. */
function recordingClient() {
  const texts: string[] = [];
  const client = { query: async (text: string) => void texts.push(text) } as unknown as pg.ClientBase;
  return { client, texts };
}

describe('the timeout of a connection', () => {
  it('is never below the time left, and at most four times that, or four seconds', () => {
    const times = fc.record({
      currentMs: fc.constantFrom(1_000, 2_000, 4_000, 8_000, 16_000, LIMIT_MS),
      remainingMs: fc.double({ min: 0.1, max: 100_000, noNaN: true }),
    });
    fc.assert(
      fc.property(times, ({ currentMs, remainingMs }) => {
        const setMs = nextTimeoutMs({ currentMs, remainingMs, limitMs: LIMIT_MS }) ?? currentMs;
        expect(setMs).toBeGreaterThanOrEqual(Math.min(remainingMs, LIMIT_MS));
        expect(setMs).toBeLessThanOrEqual(Math.min(4 * Math.max(remainingMs, 1_000), LIMIT_MS));
      }),
    );
  });

  it('is told to the server when it no longer fits, not for each statement', async () => {
    const timeouts = new StatementTimeouts(LIMIT_MS);
    const { client, texts } = recordingClient();
    timeouts.connected(client, true);
    for (const remainingMs of [9_990, 9_950, 9_000, 8_010, 9_999, 2_000, 9_900]) {
      await timeouts.set(client, remainingMs);
    }
    expect(texts).toEqual(['SET statement_timeout = 2000', 'SET statement_timeout = 16000']);
  });

  it('is the limit again for work of no request', async () => {
    const timeouts = new StatementTimeouts(0);
    const { client, texts } = recordingClient();
    timeouts.connected(client, true);
    await timeouts.set(client, 5_000);
    await timeouts.set(client, NO_DEADLINE);
    await timeouts.set(client, NO_DEADLINE);
    expect(texts).toEqual(['SET statement_timeout = 8000', 'SET statement_timeout = 0']);
  });

  it('is set anew when nobody knows whether the last setting came through', async () => {
    const timeouts = new StatementTimeouts(LIMIT_MS);
    const client = { query: () => Promise.reject(new Error('canceled')) } as unknown as pg.ClientBase;
    timeouts.connected(client, true);
    await expect(timeouts.set(client, 1_000)).rejects.toThrow('canceled');
    await expect(timeouts.set(client, NO_DEADLINE)).rejects.toThrow('canceled');
  });

  it('is left alone behind a pooler, where it would be that of another session', async () => {
    const timeouts = new StatementTimeouts(LIMIT_MS);
    const { client, texts } = recordingClient();
    timeouts.connected(client, false);
    await timeouts.set(client, 1_000);
    expect(texts).toEqual([]);
    expect(timeouts.settingOfTransaction(client, 1_000)).toBe('SET LOCAL statement_timeout = 1000');
  });
});
