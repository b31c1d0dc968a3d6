import { describe, expect, it } from 'vitest';
import { TestFederation } from '../../execute/complete/testing/test-federation.ts';

const PRICES: Readonly<Record<string, number>> = { USD: 10, EUR: 9, GBP: 0 };

function shop() {
  return new TestFederation({
    catalogue: {
      sdl: `
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! price(currency: String): Int seller: Seller }
        type Seller @shareable { fee(currency: String): Int }`,
      resolvers: {
        Query: { product: () => ({ id: 1, seller: {} }) },
        Product: {
          price: (_: unknown, { currency = 'none' }: { currency?: string }) => PRICES[currency] ?? 1,
        },
        Seller: { fee: (_: unknown, { currency = 'none' }: { currency?: string }) => PRICES[currency] ?? 2 },
      },
    },
    tax: {
      sdl: `
        type Product @key(fields: "id") {
          id: ID!
          price(currency: String): Int @external
          seller: Seller @external
          usd: String @requires(fields: "price(currency: \\"USD\\")")
          eur: String @requires(fields: "price(currency: \\"EUR\\")")
          gbp: String @requires(fields: "price(currency: \\"GBP\\")")
          plain: String @requires(fields: "price")
          fees: String @requires(fields: "seller { fee(currency: \\"EUR\\") }")
          other(x: Int): Int
        }
        type Seller @shareable { fee(currency: String): Int }`,
      resolvers: {
        Product: {
          __resolveReference: (reference: object) => reference,
          usd: ({ price }: { price: number }) => `usd ${price}`,
          eur: ({ price }: { price: number }) => `eur ${price}`,
          gbp: ({ price }: { price: number }) => `gbp ${price}`,
          plain: ({ price }: { price: number }) => `plain ${price}`,
          fees: ({ seller }: { seller: { fee: number } }) => `fees ${seller.fee}`,
          other: (_: unknown, { x }: { x: number }) => x,
        },
      },
    },
  });
}

describe('a @requires with arguments', () => {
  it("gets its own value beside the client's field of that name with other arguments", async () => {
    const { data } = await shop().execute('{ product { price(currency: "EUR") usd } }');
    expect(data).toEqual({ product: { price: 9, usd: 'usd 10' } });
  });

  it('gets its own value beside another one of the same subgraph, and beside one without arguments', async () => {
    const { data } = await shop().execute('query($x: Int) { product { usd eur plain other(x: $x) } }', {
      x: 3,
    });
    expect(data).toEqual({ product: { usd: 'usd 10', eur: 'eur 9', plain: 'plain 1', other: 3 } });
  });

  it('is sent under the name that the subgraph knows, be its value 0', async () => {
    const federation = shop();
    expect((await federation.execute('{ product { gbp } }')).data).toEqual({ product: { gbp: 'gbp 0' } });
    expect(federation.sent[1]?.variables).toEqual({
      representations: [{ __typename: 'Product', id: '1', price: 0 }],
    });
  });

  it('works inside an object, where the client asks for the same with other arguments', async () => {
    const { data } = await shop().execute('{ product { fees seller { fee fees: fee(currency: "USD") } } }');
    expect(data).toEqual({ product: { fees: 'fees 9', seller: { fee: 2, fees: 10 } } });
  });

  it('costs no fetch more when nothing collides', async () => {
    const federation = shop();
    await federation.execute('{ product { price usd other(x: 1) } }');
    expect(federation.sent.map(({ subgraph }) => subgraph)).toEqual(['catalogue', 'tax']);
  });
});
