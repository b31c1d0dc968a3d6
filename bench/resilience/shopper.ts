import { postGraphQL } from '../../e2e/src/graphql.ts';
import { HOME_QUERY } from '../../e2e/src/home.ts';
import { PLACE_ORDER } from '../../e2e/src/shop.ts';

/** A customer who looks at the home screen and orders, again and again, and keeps account of what was acknowledged. */
export class Shopper {
  readonly failures: string[] = [];
  requests = 0;
  /** Points that acknowledged orders must have earned, and how many orders those are. */
  earned = 0;
  orders = 0;
  readonly #url: string;
  readonly #token: string;
  readonly #skus: readonly string[];

  static async signUp(platformUrl: string, name: string): Promise<Shopper> {
    const url = `${platformUrl}/graphql`;
    const input = { email: `${name}@bench.example`, password: 'correct horse battery', displayName: name };
    const signedUp = await ask(url, undefined, SIGN_UP, { input });
    const { signUp } = signedUp as { signUp: { token: string } };
    const { products } = (await ask(url, signUp.token, PRODUCTS)) as {
      products: { edges: { node: { sku: string; available: number } }[] };
    };
    const most = products.edges.map(({ node }) => node).toSorted((a, b) => b.available - a.available);
    return new Shopper(
      url,
      signUp.token,
      most.map(({ sku }) => sku),
    );
  }

  private constructor(url: string, token: string, skus: readonly string[]) {
    this.#url = url;
    this.#token = token;
    this.#skus = skus;
  }

  /** Every third request is an order. Ends with the signal, after its last answer. */
  async shop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.requests++;
      try {
        if (this.requests % 3 === 0) await this.#order();
        else await ask(this.#url, this.#token, HOME_QUERY);
      } catch (error) {
        this.failures.push(`request ${this.requests}: ${(error as Error).message}`);
      }
    }
  }

  /** What the platform has of this customer. */
  async account(): Promise<{ readonly orders: number; readonly points: number }> {
    let orders = 0;
    for (let after: string | null = null; ; ) {
      const page = (await ask(this.#url, this.#token, ACCOUNT, { after })) as AccountPage;
      orders += page.me.orders.edges.length;
      after = page.me.orders.pageInfo.endCursor;
      if (!page.me.orders.pageInfo.hasNextPage) return { orders, points: page.me.loyalty.points };
    }
  }

  async #order(): Promise<void> {
    const sku = this.#skus[this.requests % this.#skus.length];
    const input = { lines: [{ sku, quantity: 1 }] };
    const { placeOrder } = (await ask(this.#url, this.#token, PLACE_ORDER, { input })) as Placed;
    if (placeOrder.__typename !== 'PlaceOrderSuccess') return;
    this.orders++;
    this.earned += Math.floor(Number(placeOrder.order.total.amount));
  }
}

// Private:

interface AccountPage {
  readonly me: {
    readonly orders: {
      readonly edges: readonly unknown[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
    readonly loyalty: { readonly points: number };
  };
}

interface Placed {
  readonly placeOrder:
    | {
        readonly __typename: 'PlaceOrderSuccess';
        readonly order: { readonly total: { readonly amount: string } };
      }
    | { readonly __typename: 'OutOfStock' | 'InvalidOrder' };
}

const SIGN_UP =
  'mutation SignUp($input: SignUpInput!) { signUp(input: $input) { ... on SignUpSuccess { token } } }';
const PRODUCTS = '{ products(first: 100) { edges { node { sku available } } } }';
const ACCOUNT = `query Account($after: String) {
  me { orders(first: 100, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } loyalty { points } }
}`;

/** @returns the data. @throws where there is anything but whole data. */
async function ask(url: string, token: string | undefined, query: string, variables = {}): Promise<unknown> {
  const { status, body } = await postGraphQL(
    url,
    { query, variables },
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
  if (status !== 200 || body.errors !== undefined) {
    throw new Error(`status ${status}, ${JSON.stringify(body.errors ?? body).slice(0, 300)}`);
  }
  return body.data;
}
