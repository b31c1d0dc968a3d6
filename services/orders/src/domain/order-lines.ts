export const MAX_LINES = 50;
export const MAX_QUANTITY = 99;
export const MAX_SKU_LENGTH = 64;

/** A product and how many of it somebody wants. */
export interface WantedLine {
  readonly sku: string;
  readonly quantity: number;
}

export type ParsedLines = { readonly kind: 'valid'; readonly lines: readonly WantedLine[] } | InvalidInput;

/** Why an input cannot be an order, and which part of it is to blame. */
export interface InvalidInput {
  readonly kind: 'invalid';
  readonly field: string;
  readonly message: string;
}

/**
 * Checks the bounds and adds lines of one SKU together, at the place where the SKU came first. The bound on the
 * quantity holds for the sum as well, or two lines could ask for what one may not.
 */
export function parseLines(wanted: readonly WantedLine[]): ParsedLines {
  if (wanted.length < 1 || wanted.length > MAX_LINES) {
    return invalid('lines', `An order has 1 to ${MAX_LINES} lines, not ${wanted.length}.`);
  }
  const quantities = new Map<string, number>();
  for (const [index, { sku, quantity }] of wanted.entries()) {
    if (!isSku(sku)) return invalid(`lines.${index}.sku`, 'There is no product with this SKU.');
    if (!Number.isInteger(quantity) || quantity < 1) {
      return invalid(`lines.${index}.quantity`, `A quantity is 1 to ${MAX_QUANTITY}, not ${quantity}.`);
    }
    const sum = (quantities.get(sku) ?? 0) + quantity;
    if (sum > MAX_QUANTITY) {
      return invalid(
        `lines.${index}.quantity`,
        `An order has at most ${MAX_QUANTITY} of a product, not ${sum}.`,
      );
    }
    quantities.set(sku, sum);
  }
  return { kind: 'valid', lines: Array.from(quantities, ([sku, quantity]) => ({ sku, quantity })) };
}

/** Whether a text can be a SKU at all. PostgreSQL cannot even be asked for a text with a NUL in it. */
export function isSku(text: string): boolean {
  return text.length >= 1 && text.length <= MAX_SKU_LENGTH && !/\p{Cc}/u.test(text);
}

export function invalid(field: string, message: string): InvalidInput {
  return { kind: 'invalid', field, message };
}
