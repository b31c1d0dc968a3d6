import { countStatements } from '@tributary/database/testing';
import { SIGNED_OUT } from '@tributary/subgraph/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShop, type Shop } from '../testing.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  // Byte order, whatever the server's language: capitals first.
  for (const sku of ['b-1', 'A-1', 'B-2', 'a-2']) await shop.addProduct({ sku, stock: 7 });
});
afterAll(() => shop[Symbol.asyncDispose]());

interface ProductsAnswer {
  readonly products: {
    readonly edges: readonly { readonly node: { readonly sku: string } }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

const PRODUCTS = `query ($first: Int, $after: String) { products(first: $first, after: $after) {
  edges { node { sku price { amount currency } available } } pageInfo { endCursor hasNextPage }
} }`;

const ask = (page: { first?: number; after?: string }) =>
  shop.execute<ProductsAnswer>(SIGNED_OUT, PRODUCTS, page);

it('shows the catalogue to everybody, page by page', async () => {
  const first = await ask({ first: 3 });
  const { endCursor = '' } = first.data?.products.pageInfo ?? {};
  const second = await ask({ first: 3, after: endCursor });
  const skus = [first, second].flatMap(({ data }) => data?.products.edges.map(({ node }) => node.sku));
  expect(skus).toEqual(['A-1', 'B-2', 'a-2', 'b-1']);
  expect(second.data?.products.pageInfo.hasNextPage).toBe(false);
  expect(first.data?.products.edges[0]?.node).toEqual({
    sku: 'A-1',
    price: { amount: '12.30', currency: 'EUR' },
    available: 7,
  });
});

it('resolves products by SKU in one statement, and unknown ones to null', async () => {
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { sku available } } }';
  const r = ['A-1', 'nonsense', 'b-1', '\0'].map((sku) => ({ __typename: 'Product', sku }));
  const { result, statements } = await countStatements(shop.database, () =>
    shop.execute(SIGNED_OUT, query, { r }),
  );
  expect(result.data).toEqual({
    _entities: [{ sku: 'A-1', available: 7 }, null, { sku: 'b-1', available: 7 }, null],
  });
  expect(statements).toHaveLength(1);
});

it.each(['x', Buffer.from('[1,"\\u0000"]').toString('base64url')])('refuses the cursor %j', async (after) => {
  expect((await ask({ after })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});
