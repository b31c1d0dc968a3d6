import { shop } from '../federations/shop.ts';
import type { GraphQLRequest, Scenario } from './scenario.ts';

/** Two of them: what it costs that no operation is asked often enough to be optimised. */
export const operations1 = operations(1);
export const operations10000 = operations(10_000);

/** What a kept operation costs when 9,999 others are kept beside it. */
export const operationsLast: Scenario = {
  name: 'operations-last',
  about: 'the last of 10,000 operations, after each of them was asked once',
  isLong: true,
  gateways: ['stock', 'ours-undici', 'ours-lean'],
  federation: shop,
  requests: operations10000.requests.slice(-1),
  warmUp: operations10000.requests,
};

/** A client that writes its values into its queries: no text ever comes again. */
export const literals10000: Scenario = {
  name: 'literals-10000',
  about:
    'one operation, with one of 10,000 texts written into it: users that are searched for, their reviews, the products',
  isLong: true,
  federation: shop,
  requests: Array.from({ length: 10_000 }, (_, index) => ({
    query: `{ search(filter: { name: "name ${padded(index)}" }, ids: ["1"], limits: [10]) { id name reviews { id body product { upc name } } } }`,
  })),
};

// Private:

function operations(count: number): Scenario {
  return {
    name: `operations-${count}`,
    about: `${count === 1 ? 'one operation' : `${count.toLocaleString('en')} different operations in turn`}: a user, their reviews, the products`,
    ...(count === 1 && { isLong: true as const }),
    federation: shop,
    requests: Array.from({ length: count }, (_, index) => operation(index)),
  };
}

/** Each needs a plan of its own, for the name of a field in the answer differs; all answers are of one length. */
function operation(index: number): GraphQLRequest {
  const suffix = padded(index);
  return {
    query: `query Operation${suffix} { user(id: "1") { id name${suffix}: name reviews { id body product { upc name } } } }`,
  };
}

function padded(index: number): string {
  return String(index).padStart(5, '0');
}
