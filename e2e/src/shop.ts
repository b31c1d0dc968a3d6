import type { Federation } from './federation.ts';

export interface Product {
  readonly sku: string;
  readonly available: number;
}

export interface PlacedOrder {
  readonly id: string;
  readonly total: { readonly amount: string; readonly currency: string };
  readonly pointsEstimate: number;
}

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
}

export async function products(federation: Federation): Promise<readonly Product[]> {
  const { body } = await federation.query('{ products(first: 100) { edges { node { sku available } } } }');
  const { products: found } = body.data as { products: { edges: { node: Product }[] } };
  return found.edges.map((edge) => edge.node);
}

export async function productInStock(federation: Federation, atLeast: number): Promise<Product> {
  const product = (await products(federation)).find(({ available }) => available >= atLeast);
  if (product === undefined) throw new Error(`No product has ${atLeast} pieces left`);
  return product;
}

export const PLACE_ORDER = `mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    __typename
    ... on PlaceOrderSuccess { order { id total { amount currency } pointsEstimate } }
    ... on OutOfStock { sku available }
    ... on InvalidOrder { message field }
  }
}`;

export type PlaceOrderResult =
  | { readonly __typename: 'PlaceOrderSuccess'; readonly order: PlacedOrder }
  | { readonly __typename: 'OutOfStock'; readonly sku: string; readonly available: number }
  | { readonly __typename: 'InvalidOrder'; readonly message: string; readonly field: string };

export interface PlaceOrderOptions {
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function tryToPlaceOrder(
  federation: Federation,
  token: string,
  lines: readonly OrderLine[],
  { idempotencyKey, headers = {} }: PlaceOrderOptions = {},
): Promise<PlaceOrderResult> {
  const variables = { input: { lines, idempotencyKey } };
  const { body } = await federation.query(PLACE_ORDER, { token, variables, headers });
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
  return (body.data as { placeOrder: PlaceOrderResult }).placeOrder;
}

export async function placeOrder(
  federation: Federation,
  token: string,
  lines: readonly OrderLine[],
  options?: PlaceOrderOptions,
): Promise<PlacedOrder> {
  const result = await tryToPlaceOrder(federation, token, lines, options);
  if (result.__typename !== 'PlaceOrderSuccess') throw new Error(JSON.stringify(result));
  return result.order;
}

export async function cancelOrder(federation: Federation, token: string, id: string): Promise<void> {
  const { body } = await federation.query(
    'mutation Cancel($id: ID!) { cancelOrder(id: $id) { __typename } }',
    {
      token,
      variables: { id },
    },
  );
  const { __typename } = (body.data as { cancelOrder: { __typename: string } }).cancelOrder;
  if (__typename !== 'CancelOrderSuccess') throw new Error(`The order was not cancelled: ${__typename}`);
}

export interface Account {
  readonly points: number;
  /** Signed points of the newest entries, newest first. */
  readonly entries: readonly number[];
}

export async function accountOf(federation: Federation, token: string): Promise<Account> {
  const { body } = await federation.query(
    '{ me { loyalty { points history(first: 100) { edges { node { points } } } } } }',
    { token },
  );
  const { me } = body.data as {
    me: { loyalty: { points: number; history: { edges: { node: { points: number } }[] } } };
  };
  return { points: me.loyalty.points, entries: me.loyalty.history.edges.map((edge) => edge.node.points) };
}
