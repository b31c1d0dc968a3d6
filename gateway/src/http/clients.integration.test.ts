import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { cacheExchange, createClient, fetchExchange } from '@urql/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
