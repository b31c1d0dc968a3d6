import { describe, expect, it } from 'vitest';
import { formatLog, parseLogLine } from './log-line.ts';

const time = new Date(2026, 10, 1, 9, 3, 4, 7).getTime();

const shown = (fields: Record<string, unknown>) => {
  const record = parseLogLine(JSON.stringify({ level: 30, time, ...fields }));
  return record.kind === 'log' ? formatLog(record) : record;
};

describe('log lines', () => {
  it('show clock, level, message and what else is said, without what the prefix says already', () => {
    expect(shown({ msg: 'ready', name: 'orders', pid: 7, hostname: 'h', url: 'http://127.0.0.1:4002' })).toBe(
      '09:03:04.007 INFO  ready url=http://127.0.0.1:4002',
    );
  });

  it('may name the level and write the time as text', () => {
    expect(shown({ level: 'warn', time: new Date(time).toISOString(), msg: 'slow' })).toBe(
      '09:03:04.007 WARN  slow',
    );
  });

  it('keep trace ids short and leave span ids out', () => {
    expect(
      shown({ msg: 'answered', trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b71' }),
    ).toBe('09:03:04.007 INFO  answered trace=0af76519');
  });

  it('show an error as its message and the first place that is ours', () => {
    const stack = [
      'Error: no such row',
      '    at parse (node:internal/x:1:1)',
      '    at query (/repo/node_modules/pg/client.js:3:3)',
      '    at findOrder (/repo/services/orders/src/store/orders.ts:12:9)',
    ].join('\n');

    expect(shown({ level: 50, msg: 'failed', err: { type: 'Error', message: 'no such row', stack } })).toBe(
      '09:03:04.007 ERROR failed error="no such row" at=orders/src/store/orders.ts:12:9',
    );
  });

  it('stay on one line and bounded whatever they contain', () => {
    const line = shown({ msg: 'two\n  lines', body: 'x\ny'.repeat(500), list: [1, { a: 2 }], nothing: null });

    expect(line).toMatch(/^09:03:04\.007 INFO {2}two lines body="x\\ny.{0,400}…" list=\[1,\{"a":2\}\]$/);
  });

  it.each(['Error: boom', '{"half', '{"no":"level"}', ''])('leave %j as it is', (text) => {
    expect(parseLogLine(text)).toEqual({ kind: 'text', text });
  });

  it('tell progress from other records', () => {
    const fields = { level: 30, time, msg: 'progress', step: 'seeding orders', done: 5000, total: 20_000 };

    expect(parseLogLine(JSON.stringify(fields))).toEqual({
      kind: 'progress',
      step: 'seeding orders',
      done: 5000,
      total: 20_000,
    });
  });

  it('do not fail on a record without a time', () => {
    expect(shown({ time: undefined, msg: 'hello' })).toBe('--:--:--.--- INFO  hello');
  });
});
