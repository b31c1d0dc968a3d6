import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LogLimit } from './log-limit.ts';
import { createLogger } from './logger.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const lines: { msg: string; leftOut?: number; message?: string }[] = [];
  const logger = createLogger({
    name: 'test',
    destination: { write: (line) => lines.push(JSON.parse(line)) },
  });
  return { logger, lines };
}

it('writes fifty lines of one message in a second, and says how many it left out', () => {
  const { logger, lines } = start();
  for (let i = 0; i < 1_050; i++) logger.warn({ i }, 'fetch failed');
  expect(lines).toHaveLength(50);
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(50)).toMatchObject([
    { msg: 'left out lines of one message', message: 'fetch failed', leftOut: 1_000 },
  ]);
});

it('bounds each message for itself, and begins anew each second', () => {
  const { logger, lines } = start();
  for (let i = 0; i < 100; i++) logger.warn('one');
  logger.warn('two');
  expect(lines.at(-1)?.msg).toBe('two');
  vi.advanceTimersByTime(1_000);
  logger.warn('one');
  expect(lines.at(-1)?.msg).toBe('one');
  expect(lines.filter(({ leftOut }) => leftOut === 50)).toHaveLength(1);
});

it('keeps no timer while nothing is left out, and forgets no message that it cannot remember', () => {
  const { logger, lines } = start();
  for (let i = 0; i < 3_000; i++) logger.info(`message ${i}`);
  expect(lines).toHaveLength(3_000);
  expect(vi.getTimerCount()).toBe(0);
});

it('is told of what was left out in the end, once', () => {
  const told: [string, number][] = [];
  const limit = new LogLimit((...each) => told.push(each));
  for (let i = 0; i < 60; i++) limit.allows('a');
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([['a', 10]]);
});
