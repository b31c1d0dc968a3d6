import type { OrdersContext } from '../context.ts';
import { findKeyFault } from '../domain/idempotency.ts';
import type { Order } from '../domain/order.ts';
import { type InvalidInput, parseLines, type WantedLine } from '../domain/order-lines.ts';
import type { PlaceOrderOutcome } from '../store/place-order.ts';
import { requireCustomer } from './require-customer.ts';

interface PlaceOrderInput {
  readonly lines: readonly WantedLine[];
  readonly idempotencyKey?: string | null;
}

type PlaceOrderResult =
  | { readonly __typename: 'PlaceOrderSuccess'; readonly order: Order }
  | {
      readonly __typename: 'OutOfStock';
      readonly sku: string;
      readonly available: number;
      readonly message: string;
    }
  | { readonly __typename: 'InvalidOrder'; readonly field: string; readonly message: string };

export async function placeOrder(
  _parent: unknown,
  { input }: { readonly input: PlaceOrderInput },
  { identity, commands, loaders }: OrdersContext,
): Promise<PlaceOrderResult> {
  const userId = requireCustomer(identity);
  const parsed = parseLines(input.lines);
  if (parsed.kind === 'invalid') return toResult(parsed);
  const idempotencyKey = input.idempotencyKey ?? null;
  const keyFault = idempotencyKey === null ? null : findKeyFault(idempotencyKey);
  if (keyFault !== null) return toResult(keyFault);

  const outcome = await commands.placeOrder({ userId, lines: parsed.lines, idempotencyKey });
  loaders.forget();
  return toResult(outcome);
}

function toResult(outcome: PlaceOrderOutcome | InvalidInput): PlaceOrderResult {
  switch (outcome.kind) {
    case 'placed':
      return { __typename: 'PlaceOrderSuccess', order: outcome.order };
    case 'out-of-stock': {
      const { sku, available } = outcome;
      const message = available === 0 ? `${sku} is sold out.` : `There are only ${available} of ${sku} left.`;
      return { __typename: 'OutOfStock', sku, available, message };
    }
    case 'invalid':
      return { __typename: 'InvalidOrder', field: outcome.field, message: outcome.message };
  }
}
