import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RequestReport } from '../subgraph/index.ts';
import { subgraphTimings } from './server-timing.ts';

function report(times: Readonly<Record<string, number>>): RequestReport {
  const made = new RequestReport();
  for (const [subgraph, ms] of Object.entries(times)) made.fetched(subgraph, ms, '{ a }');
  return made;
}

it('has the time of each subgraph, the slowest first, over all operations of a batch', () => {
  const reports = [report({ users: 1.26, orders: 20 }), report({ users: 2 }), report({})];
  expect(subgraphTimings(reports)).toBe('sg-orders;dur=20;desc="orders", sg-users;dur=3.3;desc="users"');
  expect(subgraphTimings([report({})])).toBe('');
});

it('is a header, whatever subgraphs are called, and of a bounded length', () => {
  const metric = /^sg-[\w.-]{0,64};dur=\d+(?:\.\d)?;desc="(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){0,128}"$/;
  const names = fc.string({ unit: 'binary', maxLength: 80 });
  fc.assert(
    fc.property(fc.dictionary(names, fc.nat(1e6), { maxKeys: 25 }), (times) => {
      const header = subgraphTimings([report(times)]);
      // A comma within quotes separates nothing.
      const metrics = header === '' ? [] : header.split(/, (?=sg-[\w.-]*;dur=)/);
      for (const each of metrics) expect(each).toMatch(metric);
      expect(header.length).toBeLessThan(20 * 300);
      expect(() => new Headers({ 'server-timing': header })).not.toThrow();
    }),
  );
});
