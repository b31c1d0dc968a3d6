import { type PageArguments, parsePage, toConnection } from '@tributary/pagination';
import type { LoyaltyContext } from '../context.ts';
import { type AccountTotals, EMPTY_TOTALS } from '../domain/ledger-entry.ts';
import { nextTierOf, tierOf } from '../domain/tiers.ts';
import { type AccountReference, resolveAccountReference } from './account-reference.ts';
import { toGraphQLInt } from './graphql-int.ts';

const MAX_PAGE_SIZE = 100;

export const loyaltyAccountResolvers = {
  __resolveReference: resolveAccountReference,

  points: async (account: AccountReference, _args: unknown, context: LoyaltyContext) =>
    toGraphQLInt((await totalsOf(account, context)).balance),

  tier: async (account: AccountReference, _args: unknown, context: LoyaltyContext) =>
    tierOf((await totalsOf(account, context)).earned),

  nextTier: async (account: AccountReference, _args: unknown, context: LoyaltyContext) =>
    nextTierOf((await totalsOf(account, context)).earned),

  async history(account: AccountReference, args: PageArguments, { loaders }: LoyaltyContext) {
    const page = parsePage(args, { max: MAX_PAGE_SIZE, cursor: ['date', 'uuid'] });
    const [occurredAt, id] = page.after ?? [];
    const entries = await loaders.history.load({
      userId: account.id,
      limit: page.limit + 1,
      after: occurredAt && id ? { occurredAt, id } : null,
    });
    return toConnection(entries ?? [], page, (entry) => [entry.occurredAt, entry.id]);
  },
};

async function totalsOf(account: AccountReference, { loaders }: LoyaltyContext): Promise<AccountTotals> {
  return (await loaders.totals.load(account.id)) ?? EMPTY_TOTALS;
}
