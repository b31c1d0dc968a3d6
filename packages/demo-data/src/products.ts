import { CATALOGUE } from './catalogue.ts';
import { createRandom, integerBetween } from './random.ts';

export interface DemoProduct {
  readonly sku: string;
  readonly title: string;
  readonly unitPriceMinor: bigint;
  readonly currency: 'EUR';
  readonly stock: number;
}

const STOCK_STREAM = 0x73746f63;

/** The whole catalogue, always the same hundred or so products in the same order. */
export function demoProducts(): readonly DemoProduct[] {
  return PRODUCTS;
}

// Private:

const PRODUCTS: readonly DemoProduct[] = CATALOGUE.flatMap(([code, title, priceMinor, variants]) => {
  const names = Object.entries(variants);
  return names.length === 0
    ? [{ sku: code, title, priceMinor }]
    : names.map(([variant, name]) => ({ sku: `${code}-${variant}`, title: `${title}, ${name}`, priceMinor }));
}).map(({ sku, title, priceMinor }, index) => ({
  sku,
  title,
  unitPriceMinor: BigInt(priceMinor),
  currency: 'EUR',
  stock: integerBetween(createRandom(STOCK_STREAM, index), 60, 900),
}));
