import { TributaryError } from '@tributary/errors';
import { mayRead } from '@tributary/subgraph';
import type { LoyaltyContext } from '../context.ts';
import { isAmount, pointsForAmount } from '../domain/points.ts';
import { parseUuid } from '../domain/uuid.ts';

/** An order as the gateway names it; `total` is there when the operation asks for what requires it. */
interface OrderReference {
  readonly id: string;
  readonly total?: { readonly amount: unknown };
}

export const orderResolvers = {
  __resolveReference({ id: givenId, ...rest }: OrderReference): OrderReference | null {
    const id = parseUuid(givenId);
    return id === null ? null : { ...rest, id };
  },

  async pointsEarned({ id }: OrderReference, _args: unknown, { identity, loaders }: LoyaltyContext) {
    const earned = await loaders.orderPoints.load(id);
    return earned !== null && mayRead(identity, earned.userId) ? earned.points : null;
  },

  // Says nothing about anybody: the caller's own total is all that goes into it.
  pointsEstimate({ total }: OrderReference) {
    const amount = total?.amount;
    if (typeof amount === 'string' && isAmount(amount)) return pointsForAmount(amount);
    throw new TributaryError(
      'BAD_USER_INPUT',
      'An estimate needs the total of the order, as exact decimal text.',
    );
  },
};
