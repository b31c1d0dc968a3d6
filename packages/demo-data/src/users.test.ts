import { describe, expect, it } from 'vitest';
import {
  DEMO_EPOCH,
  DEMO_SCALE,
  demoProducts,
  demoUser,
  demoUserId,
  demoUsers,
  LARGE_SCALE,
} from './index.ts';
import { FAMILY_NAMES, GIVEN_NAMES, toAscii } from './names.ts';

describe('demo users', () => {
  it('begin with Mia the customer and Sam of support', () => {
    expect(demoUser(0)).toMatchObject({ email: 'mia@example.com', displayName: 'Mia Lindqvist', roles: [] });
    expect(demoUser(1)).toMatchObject({ email: 'sam@example.com', roles: ['support'] });
  });

  it('are the same whether asked for alone or as part of a scale', () => {
    const users = [...demoUsers(DEMO_SCALE)];

    expect(users).toHaveLength(1000);
    expect(users[617]).toEqual(demoUser(617));
    expect(users[617]?.id).toBe(demoUserId(617));
  });

  it('have unique ids and addresses at the large scale', () => {
    const users = [...demoUsers(LARGE_SCALE)];

    expect(new Set(users.map((user) => user.id)).size).toBe(100_000);
    expect(new Set(users.map((user) => user.email)).size).toBe(100_000);
  });

  it('have plain addresses on reserved domains and signed up before the epoch', () => {
    for (const { email, createdAt } of demoUsers(DEMO_SCALE)) {
      expect(email).toMatch(/^[a-z]+(\.[a-z]+\d*)?@example\.(com|net|org)$/);
      expect(createdAt.getTime()).toBeLessThan(DEMO_EPOCH.getTime());
    }
  });

  it('take their names from lists that stay free of doubles in plain letters', () => {
    for (const names of [GIVEN_NAMES, FAMILY_NAMES]) {
      expect(new Set(names.map(toAscii)).size).toBe(names.length);
    }
  });
});

describe('demo products', () => {
  it('have unique skus, a price and stock', () => {
    const products = demoProducts();

    expect(new Set(products.map((product) => product.sku)).size).toBe(products.length);
    expect(products.every((product) => product.unitPriceMinor > 0n && product.stock > 0)).toBe(true);
  });
});
