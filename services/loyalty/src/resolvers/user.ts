import { type AccountReference, resolveAccountReference } from './account-reference.ts';

export const userResolvers = {
  __resolveReference: resolveAccountReference,

  // An account exists from the first look at it: without entries it holds 0 points.
  loyalty: ({ id }: AccountReference): AccountReference => ({ id }),
};
