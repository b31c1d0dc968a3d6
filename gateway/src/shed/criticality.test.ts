import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../configuration/index.ts';
import { CRITICALITIES, createRankOf } from './criticality.ts';

const policy = `
overload:
  clients: { checkout: critical, reports: background }
  operations: { PlaceOrder: critical, Prefetch: background }`;
const rankOf = createRankOf(parsePolicy(policy, 'p').overload);
const unlisted = createRankOf(parsePolicy('', 'p').overload);

describe('how much a request matters', () => {
  it.each<[string, Record<string, string>, string?, string?]>([
    ['default', {}],
    ['background', { asks: 'background' }],
    ['default', { asks: 'critical' }],
    ['default', { asks: 'CRITICAL!' }],
    ['default', { asks: '__proto__' }],
    ['default', { client: 'checkout' }],
    ['critical', { client: 'checkout', asks: 'critical' }],
    ['background', { client: 'checkout', asks: 'background' }],
    ['background', { client: 'reports' }],
    ['background', { client: 'reports', asks: 'critical' }],
    ['critical', { operation: 'PlaceOrder' }],
    ['critical', { client: 'checkout', operation: 'PlaceOrder' }],
    ['background', { client: 'reports', operation: 'PlaceOrder' }],
    ['background', { operation: 'PlaceOrder', asks: 'background' }],
    ['background', { operation: 'Prefetch' }],
    ['background', { operation: 'Prefetch', asks: 'critical' }],
    ['critical', {}, '/graphql?query={a}&operationName=PlaceOrder'],
    ['default', {}, '/graphql?xoperationName=PlaceOrder'],
    ['default', {}, '/graphql?operationName=PlaceOrder%20'],
  ])('is %s for %j %s', (criticality, { asks, client, operation }, url = '/graphql') => {
    const headers = {
      ...(asks !== undefined && { 'x-request-criticality': asks }),
      ...(client !== undefined && { 'apollographql-client-name': client }),
      ...(operation !== undefined && { 'x-apollo-operation-name': operation }),
    };
    expect(CRITICALITIES[rankOf({ headers, url })]).toBe(criticality);
  });

  it('can be lowered by anyone, and raised by no one, where nothing is listed', () => {
    const rank = (asked: string) => unlisted({ headers: { 'x-request-criticality': asked } });
    expect(['background', 'default', 'critical'].map((asked) => CRITICALITIES[rank(asked)])).toEqual([
      'background',
      'default',
      'default',
    ]);
  });
});
