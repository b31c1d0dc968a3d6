import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.ts';

/** The mobile app's home screen: the query that the README, the tests and the benchmarks run. */
export const HOME_QUERY = readFileSync(join(root, 'queries/home.graphql'), 'utf8');

/** What the home query answers; a field is null where its subgraph could not give it. */
export interface Home {
  readonly me: {
    readonly id: string;
    readonly displayName: string;
    readonly email: string;
    readonly orders: {
      readonly edges: readonly { readonly node: HomeOrder }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
    readonly loyalty: {
      readonly points: number;
      readonly tier: string;
      readonly nextTier: { readonly tier: string; readonly pointsNeeded: number } | null;
      readonly history: { readonly edges: readonly { readonly node: { readonly points: number } }[] };
    } | null;
  } | null;
}

export interface HomeOrder {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly total: HomeMoney;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly unitPrice: HomeMoney;
  }[];
  readonly pointsEarned: number | null;
}

interface HomeMoney {
  readonly amount: string;
  readonly currency: string;
}
