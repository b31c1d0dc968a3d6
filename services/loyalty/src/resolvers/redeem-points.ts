import { TributaryError } from '@tributary/errors';
import { requireUser } from '@tributary/subgraph';
import type { LoyaltyContext } from '../context.ts';
import type { LedgerEntry } from '../domain/ledger-entry.ts';
import { faultOf, faultOfRetry, type InvalidRedemption } from '../domain/redemption.ts';
import { parseUuid } from '../domain/uuid.ts';
import { redeem } from '../store/redemptions.ts';
import type { AccountReference } from './account-reference.ts';
import { toGraphQLInt } from './graphql-int.ts';

interface RedeemPointsArguments {
  readonly input: { readonly points: number; readonly idempotencyKey?: string | null };
}

type RedeemPointsResult =
  | {
      readonly __typename: 'RedeemPointsSuccess';
      readonly account: AccountReference;
      readonly entry: LedgerEntry;
    }
  | { readonly __typename: 'TooFewPoints'; readonly balance: number; readonly message: string }
  | ({ readonly __typename: 'InvalidRedemption' } & InvalidRedemption);

export async function redeemPoints(
  _parent: unknown,
  { input }: RedeemPointsArguments,
  { identity, db, loaders }: LoyaltyContext,
): Promise<RedeemPointsResult> {
  const userId = parseUuid(requireUser(identity));
  if (userId === null)
    throw new TributaryError('FORBIDDEN', 'Only a user of the users service has points to redeem.');

  const redemption = { points: input.points, idempotencyKey: input.idempotencyKey ?? null };
  const fault = faultOf(redemption);
  if (fault !== null) return { __typename: 'InvalidRedemption', ...fault };

  const outcome = await redeem(db, userId, redemption);
  // A second redemption in the same request must not answer with the balance that the first one read.
  loaders.totals.clear(userId);
  loaders.history.clearAll();

  if (outcome.kind === 'too few points') {
    const balance = toGraphQLInt(outcome.balance);
    return {
      __typename: 'TooFewPoints',
      balance,
      message: `The account holds ${balance} points, not ${input.points}.`,
    };
  }
  const retryFault = outcome.kind === 'repeated' ? faultOfRetry(redemption, outcome.entry.points) : null;
  if (retryFault !== null) return { __typename: 'InvalidRedemption', ...retryFault };
  return { __typename: 'RedeemPointsSuccess', account: { id: userId }, entry: outcome.entry };
}
