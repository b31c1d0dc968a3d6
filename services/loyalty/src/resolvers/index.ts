import { DateTime, Decimal } from '@tributary/scalars';
import type { SubgraphResolvers } from '@tributary/subgraph';
import type { LoyaltyContext } from '../context.ts';
import { loyaltyAccountResolvers } from './loyalty-account.ts';
import { loyaltyEntryResolvers } from './loyalty-entry.ts';
import { orderResolvers } from './order.ts';
import { redeemPoints } from './redeem-points.ts';
import { userResolvers } from './user.ts';

/** The fields of schema.graphql. In: parents and arguments. Out: what loaders and store know, if the caller may see it. */
export const resolvers: SubgraphResolvers<LoyaltyContext> = {
  DateTime,
  Decimal,
  User: userResolvers,
  LoyaltyAccount: loyaltyAccountResolvers,
  LoyaltyEntry: loyaltyEntryResolvers,
  Order: orderResolvers,
  Mutation: { redeemPoints },
};
