import { expect, it } from 'vitest';
import type { RollbackReport } from '../contract/canary.ts';
import { reportSection } from './report-section.ts';

const SLOW: RollbackReport = {
  reason: 'harm',
  summary: 'Half of the requests of Home took longer than 120 ms.',
  share: 10,
  seconds: 30,
  test: 'slowest-half',
  operation: { hash: 'abc', name: 'Home' },
  live: { requests: 9_760, bad: 3 },
  canary: { requests: 240, bad: 120 },
  slowFromMs: { live: 95, canary: 120 },
  coordinate: 'User.orders',
  code: null,
  subgraph: 'orders',
  commit: 'c0ffee1',
  revision: '0123456789abcdef',
  changed: { subgraph: 'orders', commit: 'c0ffee1' },
  traceIds: ['1', '2', '3'],
};

it('says where a release was slow, whose that is, and in which requests', () => {
  const { text } = reportSection(SLOW);
  expect(text).toContain('<dt>Slow at</dt><dd><code>User.orders</code></dd>');
  expect(text).toContain('<dt>Subgraph</dt><dd>orders</dd>');
  expect(text).toContain('<dt>Commit</dt><dd><code>c0ffee1</code></dd>');
  for (const id of SLOW.traceIds) expect(text).toContain(`<code>${id}</code>`);
  expect(text).not.toContain('<dt>Error</dt>');
});
