import { getIntrospectionQuery } from 'graphql';
import { shop } from '../federations/shop.ts';
import { wide } from '../federations/wide.ts';
import type { Scenario } from './scenario.ts';

export const tiny: Scenario = {
  name: 'tiny',
  about: 'one field of one object: what a request costs before it asks for anything',
  isPrincipal: true,
  federation: shop,
  requests: [{ query: '{ me { id } }' }],
};

export const twelve: Scenario = {
  name: 'wide',
  about: 'ten objects, each with fields of twelve subgraphs',
  federation: wide,
  requests: [
    {
      query: `{ things { id ${Array.from({ length: 12 }, (_, index) => `name${index + 1} count${index + 1} flag${index + 1}`).join(' ')} } }`,
    },
  ],
};

export const errors: Scenario = {
  name: 'errors',
  about: 'six users with their reviews; a subgraph refuses one field of each',
  federation: shop,
  requests: [{ query: '{ users { id name secret reviews { id body product { upc name } } } }' }],
};

export const variables: Scenario = {
  name: 'variables',
  about:
    '300 values in variables: an input object, lists, a text of 2,000 characters; eight requests in turn',
  federation: shop,
  requests: Array.from({ length: 8 }, (_, index) => ({
    query: `query Search($filter: UserFilter!, $ids: [ID!]!, $limits: [Int!]!, $note: String) {
      search(filter: $filter, ids: $ids, limits: $limits, note: $note) { id name reviews { id } }
    }`,
    variables: {
      filter: {
        name: `Customer ${index}`,
        range: { from: index, to: index + 0.5 },
        tags: Array.from({ length: 100 }, (__, tag) => `tag-${tag}`),
      },
      ids: ['1', '2', '3'],
      limits: Array.from({ length: 200 }, (__, limit) => limit * index),
      note: `Grüße „${index}“ `.repeat(150),
    },
  })),
};

export const introspection: Scenario = {
  name: 'introspection',
  about: "graphql-js's introspection query: no subgraph is asked",
  hasManyAnswers: true,
  federation: shop,
  requests: [{ query: getIntrospectionQuery() }],
};
