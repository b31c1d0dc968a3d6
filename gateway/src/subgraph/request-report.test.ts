import { describe, expect, it } from 'vitest';
import { RequestReport } from './request-report.ts';

describe('RequestReport', () => {
  it('names the subgraph that took the longest, and what its slowest fetch asked for', () => {
    const report = new RequestReport();
    expect(report.slowest).toBeUndefined();
    report.fetched('orders', 10, '{ orders }');
    report.fetched('users', 5, '{ me }');
    report.fetched('orders', 2, '{ order }');
    expect(report.slowest).toEqual({ name: 'orders', query: '{ orders }' });
  });

  it('says nothing of a fetch where many fetches of another subgraph took longer than the slowest', () => {
    const report = new RequestReport();
    report.fetched('users', 5, '{ me }');
    for (let index = 0; index < 3; index++) report.fetched('orders', 2, '{ order }');
    expect(report.slowest).toEqual({ name: 'orders', query: undefined });
  });
});
