import type { Money } from './money.ts';
import { type InvalidInput, invalid, type WantedLine } from './order-lines.ts';

/** A product as it is in the catalogue at this moment. */
export interface Product {
  readonly sku: string;
  readonly title: string;
  readonly unitPriceMinor: bigint;
  readonly currency: string;
  readonly stock: number;
}

/** A line with the title and the price of the moment of ordering; later changes of the product leave it alone. */
export interface OrderLine {
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPrice: Money;
}

export interface FilledOrder {
  readonly kind: 'filled';
  readonly lines: readonly OrderLine[];
  readonly total: Money;
}

export interface OutOfStock {
  readonly kind: 'out-of-stock';
  readonly sku: string;
  readonly available: number;
}

/** Turns wanted lines into priced ones, or says why the catalogue cannot serve them. All lines or none. */
export function fillOrder(
  wanted: readonly WantedLine[],
  catalogue: ReadonlyMap<string, Product>,
): FilledOrder | OutOfStock | InvalidInput {
  const lines: OrderLine[] = [];
  let totalMinor = 0n;
  let currency: string | undefined;
  for (const { sku, quantity } of wanted) {
    const product = catalogue.get(sku);
    if (product === undefined) return invalid('lines', `There is no product ${JSON.stringify(sku)}.`);
    currency ??= product.currency;
    if (product.currency !== currency) {
      return invalid('lines', `An order has one currency, not both ${currency} and ${product.currency}.`);
    }
    if (product.stock < quantity) return { kind: 'out-of-stock', sku, available: product.stock };
    totalMinor += product.unitPriceMinor * BigInt(quantity);
    lines.push({
      sku,
      title: product.title,
      quantity,
      unitPrice: { amountMinor: product.unitPriceMinor, currency },
    });
  }
  if (currency === undefined) throw new RangeError('An order without lines cannot be filled');
  return { kind: 'filled', lines, total: { amountMinor: totalMinor, currency } };
}
