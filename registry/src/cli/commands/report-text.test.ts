import { describe, expect, it } from 'vitest';
import type { RollbackReport } from '../../contract/canary.ts';
import { reportLines } from './report-text.ts';

const HARM: RollbackReport = {
  reason: 'harm',
  summary: 'At 10 % of the traffic 12 of 240 requests of Home failed.',
  share: 10,
  seconds: 30,
  test: 'errors',
  operation: { hash: 'abc', name: 'Home' },
  live: { requests: 9_760, bad: 3 },
  canary: { requests: 240, bad: 12 },
  evidence: 162_755,
  coordinate: 'User.orders',
  code: 'INTERNAL',
  subgraph: 'orders',
  commit: 'c0ffee',
  revision: '0123456789abcdef',
  changed: { subgraph: 'orders', commit: 'c0ffee' },
  traceIds: ['1', '2'],
};

describe('why a release ended', () => {
  it('is told down to the coordinate, the commit, the counts of both arms and requests to look at', () => {
    expect(reportLines(HARM)).toEqual([
      'why: At 10 % of the traffic 12 of 240 requests of Home failed.',
      'operation: Home abc',
      'coordinate: User.orders, error INTERNAL',
      'subgraph: orders 0123456789ab from c0ffee',
      'canary: 12 of 240 requests failed',
      'live: 3 of 9760 requests failed',
      'evidence: 162755 times likelier with harm than without',
      'taken back: after 30 s at 10 % of the traffic',
      'traces: 1 2',
    ]);
  });

  it('names where it was slow', () => {
    const slow = { ...HARM, slowFromMs: { live: 210, canary: 297.3 }, code: null };
    expect(reportLines(slow)).toContain('coordinate: User.orders, slow');
  });

  it('names what was slow, and what was published where that is another subgraph', () => {
    const { evidence: _evidence, ...rest } = HARM;
    const slow: RollbackReport = {
      ...rest,
      operation: { hash: 'abc', name: null },
      slowFromMs: { live: 210, canary: 297.3 },
      coordinate: null,
      code: null,
      commit: null,
      revision: null,
      changed: { subgraph: 'reviews', commit: 'facade' },
      traceIds: [],
    };
    expect(reportLines(slow).slice(1)).toEqual([
      'operation: abc',
      'subgraph: orders',
      'published: reviews from facade',
      'canary: 12 of 240 requests took over 297 ms',
      'live: 3 of 9760 requests took over 210 ms',
      'taken back: after 30 s at 10 % of the traffic',
    ]);
  });

  it.each([
    [{ reason: 'by-hand', by: 'Mia', message: 'carts are empty' }, 'taken back by Mia: carts are empty'],
    [{ reason: 'by-hand', by: 'Mia' }, 'taken back by Mia'],
    [{ reason: 'builds-on', release: 7 }, 'it builds on release 7, which ended'],
    [
      { reason: 'full-moon' },
      'the registry has a reason that this client does not know; --format json shows it',
    ],
  ])('is a line where there is no more to tell: %j', (report, why) => {
    expect(reportLines(report)).toEqual([`why: ${why}`]);
  });
});
