import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { HOME_QUERY, type Home } from '../src/home.ts';

let federation: Federation;
let token: string;

beforeAll(async () => {
  federation = await startFederation();
  token = await federation.signIn();
});
afterAll(() => federation?.[Symbol.asyncDispose]());

it('answers profile, orders with lines and points, and the loyalty tier in one query', async () => {
  const { status, body } = await federation.query(HOME_QUERY, { token });
  expect(status).toBe(200);
  expect(body.errors).toBeUndefined();
  const { me } = body.data as Home;
  expect(me).toMatchObject({ email: 'mia@example.com', displayName: 'Mia Lindqvist' });
  expect(me?.orders.edges).toHaveLength(20);
  for (const { node } of me?.orders.edges ?? []) {
    expect(node.lines.length).toBeGreaterThan(0);
    expect(node.pointsEarned).toBe(node.status === 'CANCELLED' ? 0 : Math.floor(Number(node.total.amount)));
    expect(totalOf(node.lines)).toBe(node.total.amount);
  }
  expect(me?.loyalty?.points).toBeGreaterThan(0);
  expect(me?.loyalty?.history.edges).toHaveLength(5);
});

it('goes on to the next page where the first one ended', async () => {
  const first = await federation.query(HOME_QUERY, { token });
  const { orders } = (first.body.data as Home).me ?? {};
  const next = await federation.query(
    'query Next($after: String) { me { orders(first: 20, after: $after) { edges { node { id } } } } }',
    { token, variables: { after: orders?.pageInfo.endCursor } },
  );
  const nextIds = (next.body.data as Home).me?.orders.edges.map((edge) => edge.node.id) ?? [];
  const firstIds = orders?.edges.map((edge) => edge.node.id) ?? [];
  expect(nextIds.length).toBeGreaterThan(0);
  expect(new Set([...firstIds, ...nextIds]).size).toBe(firstIds.length + nextIds.length);
});

it('answers null for a user who is not signed in', async () => {
  expect((await federation.query(HOME_QUERY)).body).toEqual({ data: { me: null } });
});

it('serves Apollo Client as it is', async () => {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({
      uri: `${federation.gateway.url}/graphql`,
      headers: { authorization: `Bearer ${token}` },
    }),
  });
  const { data } = await client.query<Home>({ query: gql(HOME_QUERY) });
  expect(data?.me?.orders.edges).toHaveLength(20);
  client.stop();
});

it.each([true, false])('serves urql as it is (GET: %s)', async (preferGetMethod) => {
  const client = new Client({
    url: `${federation.gateway.url}/graphql`,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    preferGetMethod: preferGetMethod ? 'force' : false,
  });
  const { data, error } = await client.query<Home>(HOME_QUERY, {}).toPromise();
  expect(error).toBeUndefined();
  expect(data?.me?.orders.edges).toHaveLength(20);
});

/** The exact sum of quantity times unit price, as the decimal text that Money carries. */
function totalOf(lines: readonly { quantity: number; unitPrice: { amount: string } }[]): string {
  const minor = lines.reduce(
    (sum, line) => sum + BigInt(line.unitPrice.amount.replace('.', '')) * BigInt(line.quantity),
    0n,
  );
  const text = String(minor).padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}
