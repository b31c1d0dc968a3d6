import { describe, expect, it } from 'vitest';
import { findKeyFault, fingerprint } from './idempotency.ts';

describe('findKeyFault', () => {
  it.each(['a', 'x'.repeat(200), 'checkout 7 / café'])('accepts %j', (key) => {
    expect(findKeyFault(key)).toBeNull();
  });

  it.each(['', 'x'.repeat(201), 'a\0b', 'a\nb', '\ud800'])('refuses %j', (key) => {
    expect(findKeyFault(key)).toMatchObject({ kind: 'invalid', field: 'idempotencyKey' });
  });
});

describe('fingerprint', () => {
  const a = { sku: 'A', quantity: 1 };
  const b = { sku: 'B', quantity: 2 };

  it('does not depend on the order of the lines', () => {
    expect(fingerprint([a, b])).toBe(fingerprint([b, a]));
  });

  it('depends on products and quantities', () => {
    const prints = [[a], [b], [a, b], [{ ...a, quantity: 2 }]].map(fingerprint);
    expect(new Set(prints).size).toBe(4);
  });
});
