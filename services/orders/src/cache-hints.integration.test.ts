import { testIdentity } from '@tributary/identity/testing';
import { testTelemetry } from '@tributary/telemetry/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOrdersServer } from './server.ts';
import { openShop, type Shop } from './testing.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await shop.addProduct({ sku: 'A-1' });
});
afterAll(() => shop[Symbol.asyncDispose]());

it.each([
  [
    '{ products { edges { node { sku title price { amount } } } pageInfo { endCursor } } }',
    'max-age=60, public',
  ],
  ['{ products { edges { node { sku available } } } }', 'max-age=5, public'],
  [
    '{ _entities(representations: [{ __typename: "Product", sku: "A-1" }]) { ... on Product { title } } }',
    'max-age=60, public',
  ],
  [
    '{ products { edges { node { sku } } } order(id: "1d2c7d5e-5f1c-4a3e-8f43-2b6f1f3f9d11") { number } }',
    'no-store',
  ],
  ['{ order(id: "1d2c7d5e-5f1c-4a3e-8f43-2b6f1f3f9d11") { number } }', 'no-store'],
])('says of %s: %s', async (query, cacheControl) => {
  expect(await cacheControlOf(query, true)).toBe(cacheControl);
});

it('says nothing unless it is asked to', async () => {
  expect(await cacheControlOf('{ products { edges { node { sku } } } }', false)).toBeNull();
});

async function cacheControlOf(query: string, cacheHints: boolean): Promise<string | null> {
  const { signer, verifier } = await testIdentity({ audience: 'orders' });
  const { logger, registry } = testTelemetry('orders');
  await using server = await startOrdersServer({
    db: shop.database.db,
    commands: shop.commands,
    verifier,
    telemetry: { logger, registry },
    host: '127.0.0.1',
    port: 0,
    production: false,
    cacheHints,
  });
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-tributary-identity': await signer.sign({ subject: null, roles: [] }, 'orders'),
    },
    body: JSON.stringify({ query }),
  });
  expect(((await response.json()) as { errors?: unknown }).errors).toBeUndefined();
  return response.headers.get('cache-control');
}
