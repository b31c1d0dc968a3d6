import { expect, it } from 'vitest';
import { TestFederation } from './testing/test-federation.ts';

const federation = () =>
  new TestFederation({
    users: {
      sdl: `
        type Query { me: User users: [User!]! }
        type User @key(fields: "id") { id: ID! name: String! }
      `,
      resolvers: {
        Query: { me: () => user(1), users: () => [user(1), user(2), user(1)] },
        User: { __resolveReference: ({ id }: { id: string }) => user(Number(id)) },
      },
    },
    reviews: {
      sdl: `
        type User @key(fields: "id") { id: ID! reviews: [Review!] }
        type Review { body: String author: User! }
      `,
      resolvers: {
        User: {
          reviews: ({ id }: { id: string }) => [{ body: `By ${id}`, author: { id } }],
        },
      },
    },
  });

function user(id: number) {
  return { id: String(id), name: `User ${id}` };
}

it('fetches entities once each and puts them at every place that asks', async () => {
  const subject = federation();
  const result = await subject.execute('{ users { name reviews { author { n: name } body } } }');
  const review = (id: number) => ({ author: { n: `User ${id}` }, body: `By ${id}` });
  expect(result).toEqual({
    data: {
      users: [1, 2, 1].map((id) => ({ name: `User ${id}`, reviews: [review(id)] })),
    },
  });
  expect(subject.sent.map(({ subgraph }) => subgraph)).toEqual(['users', 'reviews', 'users']);
  expect(subject.sent[1]?.variables).toEqual({
    representations: [
      { __typename: 'User', id: '1' },
      { __typename: 'User', id: '2' },
    ],
  });
});

it('sends nothing where there is no entity to ask for', async () => {
  const subject = federation().answer('users', () => ({ data: { me: null } }));
  expect(await subject.execute('{ me { name reviews { body } } }')).toEqual({ data: { me: null } });
  expect(subject.sent).toHaveLength(1);
});

it('sends nothing where conditions leave nothing to ask for', async () => {
  const subject = federation();
  const query = `query ($a: Boolean!, $b: Boolean!) {
    me { name reviews @include(if: $a) { body } more: reviews @include(if: $b) { body } }
  }`;
  const me = { name: 'User 1' };
  expect(await subject.execute(query, { a: false, b: false })).toEqual({ data: { me } });
  expect(subject.sent).toHaveLength(1);
  const more = [{ body: 'By 1' }];
  expect(await subject.execute(query, { a: false, b: true })).toEqual({ data: { me: { ...me, more } } });
  expect(subject.sent).toHaveLength(3);
});
