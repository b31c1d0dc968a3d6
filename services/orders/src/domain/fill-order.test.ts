import { describe, expect, it } from 'vitest';
import { fillOrder, type Product } from './fill-order.ts';

const product = (change: Partial<Product> & { sku: string }): [string, Product] => [
  change.sku,
  { title: `Title of ${change.sku}`, unitPriceMinor: 10n, currency: 'EUR', stock: 99, ...change },
];

describe('fillOrder', () => {
  it('sums exactly where floats would not: 3 x 0.10 + 1 x 0.20 is 0.50', () => {
    const catalogue = new Map([product({ sku: 'A' }), product({ sku: 'B', unitPriceMinor: 20n })]);
    const filled = fillOrder(
      [
        { sku: 'A', quantity: 3 },
        { sku: 'B', quantity: 1 },
      ],
      catalogue,
    );
    expect(filled).toMatchObject({ kind: 'filled', total: { amountMinor: 50n, currency: 'EUR' } });
  });

  it('sums exactly beyond what a float can count', () => {
    const catalogue = new Map([product({ sku: 'A', unitPriceMinor: 90_071_992_547_409_931n })]);
    expect(fillOrder([{ sku: 'A', quantity: 99 }], catalogue)).toMatchObject({
      total: { amountMinor: 8_917_127_262_193_583_169n },
    });
  });

  it('copies title and price of the moment into the lines', () => {
    expect(fillOrder([{ sku: 'A', quantity: 2 }], new Map([product({ sku: 'A' })]))).toMatchObject({
      lines: [
        { sku: 'A', title: 'Title of A', quantity: 2, unitPrice: { amountMinor: 10n, currency: 'EUR' } },
      ],
    });
  });

  it('sells the last piece', () => {
    const catalogue = new Map([product({ sku: 'A', stock: 1 })]);
    expect(fillOrder([{ sku: 'A', quantity: 1 }], catalogue)).toMatchObject({ kind: 'filled' });
  });

  it('names the first product of which there are too few', () => {
    const catalogue = new Map([product({ sku: 'A' }), product({ sku: 'B', stock: 4 })]);
    const wanted = [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 5 },
    ];
    expect(fillOrder(wanted, catalogue)).toEqual({ kind: 'out-of-stock', sku: 'B', available: 4 });
  });

  it('refuses a product that does not exist', () => {
    expect(fillOrder([{ sku: 'A', quantity: 1 }], new Map())).toMatchObject({
      kind: 'invalid',
      field: 'lines',
    });
  });

  it('refuses to add up two currencies', () => {
    const catalogue = new Map([product({ sku: 'A' }), product({ sku: 'B', currency: 'USD' })]);
    const wanted = [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1 },
    ];
    expect(fillOrder(wanted, catalogue)).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('EUR and USD'),
    });
  });
});
