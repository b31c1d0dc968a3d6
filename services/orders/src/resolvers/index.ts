import { DateTime, Decimal } from '@tributary/scalars';
import { cancelOrder } from './cancel-order.ts';
import { moneyResolvers } from './money.ts';
import { orderResolvers } from './order.ts';
import { placeOrder } from './place-order.ts';
import { productResolvers } from './product.ts';
import { queryResolvers } from './query.ts';
import { userResolvers } from './user.ts';

/** Fields without a resolver here are those of the domain's types. */
export const resolvers = {
  DateTime,
  Decimal,
  Query: queryResolvers,
  Mutation: { placeOrder, cancelOrder },
  User: userResolvers,
  Order: orderResolvers,
  Product: productResolvers,
  Money: moneyResolvers,
};
