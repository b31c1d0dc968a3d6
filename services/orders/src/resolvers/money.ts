import { type Money, toDecimal } from '../domain/money.ts';

export const moneyResolvers = {
  amount: (money: Money) => toDecimal(money),
};
