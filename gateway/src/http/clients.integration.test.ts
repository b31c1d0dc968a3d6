import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { createPersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { cacheExchange, createClient, fetchExchange } from '@urql/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const stack = new AsyncDisposableStack();
let gateway: TestGateway;
const query = 'query Shelf { viewer { id name loans { id title } } }';
const expected = {
  viewer: { id: '1', name: 'Reader 1', loans: [{ title: 'Title 1-1' }, { title: 'Title 1-2' }] },
};

beforeAll(async () => {
  const { supergraphSdl } = stack.use(await startLibrary());
  gateway = stack.use(await startTestGateway({ supergraphSdl }));
});
afterAll(() => stack.disposeAsync());

it.each([false, true])('Apollo Client queries it unchanged (by GET: %s)', async (useGETForQueries) => {
  const link = new HttpLink({ uri: gateway.endpoint, useGETForQueries });
  const client = new ApolloClient({
    link,
    cache: new InMemoryCache(),
    clientAwareness: { name: 'test', version: '1' },
  });
  const { data } = await client.query({ query: gql(query) });
  expect(data).toMatchObject(expected);
  const { data: renamed } = await client.mutate({
    mutation: gql('mutation { rename(name: "Mia") { id name } }'),
  });
  expect(renamed).toMatchObject({ rename: { name: 'Mia' } });
});

it.each([false, true])('urql queries it unchanged (by GET: %s)', async (preferGetMethod) => {
  const client = createClient({
    url: gateway.endpoint,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod,
  });
  const { data, error } = await client.query(query, {});
  expect(error).toBeUndefined();
  expect(data).toMatchObject(expected);
});

describe('automatic persisted queries, which the gateway does not keep', () => {
  const byHash = { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } };
  const notSupported = {
    errors: [
      expect.objectContaining({
        message: 'PersistedQueryNotSupported',
        extensions: expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_SUPPORTED' }),
      }),
    ],
  };

  it.each([false, true])('Apollo Client falls back to the whole query (by GET: %s)', async (useGET) => {
    const link = createPersistedQueryLink({
      generateHash: () => byHash.extensions.persistedQuery.sha256Hash,
      useGETForHashedQueries: useGET,
    }).concat(new HttpLink({ uri: gateway.endpoint }));
    const { data } = await new ApolloClient({ link, cache: new InMemoryCache() }).query({
      query: gql(query),
    });
    expect(data).toMatchObject(expected);
  });

  it('are each answered in their place of a batch, with a status that no client takes for an outage', async () => {
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([byHash, { query: '{ viewer { id } }', ...byHash }]),
    });
    expect([response.status, await response.json()]).toEqual([
      200,
      [notSupported, { data: { viewer: { id: '1' } } }],
    ]);
  });

  it.each(['application/json', 'application/graphql-response+json'])('are 200 as %s', async (accept) => {
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(byHash),
    });
    expect([response.status, await response.json()]).toEqual([200, notSupported]);
  });
});
