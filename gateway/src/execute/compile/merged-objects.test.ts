import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { type Answered, TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { me: User users: [User!]! }
    type User @key(fields: "id") {
      id: ID! name: String
      address: Address @shareable past: [[Address]] @shareable pet: Pet @shareable
    }
    type Address { street: String home: Home @shareable }
    type Home { size: Int }
    union Pet = Dog | Cat
    type Dog { name: String } type Cat { name: String }
  `,
  post: `
    type User @key(fields: "id") {
      id: ID! address: Address @shareable past: [[Address]] @shareable pet: Pet @shareable
    }
    type Address { city: String home: Home @shareable }
    type Home { rooms: Int }
    union Pet = Dog | Cat
    type Dog { age: Int } type Cat { age: Int }
  `,
});

/** The answer to a query about `me`, of whom the two subgraphs say this. */
async function me(selection: string, users: string, post: string): Promise<Answered & { requests: number }> {
  const engine = new TestEngine(planner)
    .replies('users', `{"data":{"me":{"__typename":"User","id":"1",${users}}}}`)
    .replies('post', `{"data":{"_entities":[{${post}}]}}`);
  const answered = await engine.execute(`{ me { ${selection} } }`);
  return { ...answered, requests: engine.sent.length };
}

describe('an object of which two subgraphs bring a part each', () => {
  it('is one object in the order of the client, the objects in it too', async () => {
    const answered = await me(
      'address { city home { rooms size } street }',
      '"address":{"home":{"size":9},"street":"s"}',
      '"address":{"city":"c","home":{"rooms":3}}',
    );
    expect(answered).toMatchObject({
      text: '{"data":{"me":{"address":{"city":"c","home":{"rooms":3,"size":9},"street":"s"}}}}',
      why: undefined,
    });
  });

  it('is null where both say so', async () => {
    const answered = await me('address { street city }', '"address":null', '"address":null');
    expect(answered).toMatchObject({ text: '{"data":{"me":{"address":null}}}', why: undefined });
  });

  it('is put together item by item in lists of lists', async () => {
    const answered = await me(
      'past { city street }',
      '"past":[[{"street":"a"},null],[],[{"street":"b"}]]',
      '"past":[[{"city":"A"},null],[],[{"city":"B"}]]',
    );
    expect(answered).toMatchObject({
      text: '{"data":{"me":{"past":[[{"city":"A","street":"a"},null],[],[{"city":"B","street":"b"}]]}}}',
      why: undefined,
    });
  });

  it('is put together by its type where it may be of several', async () => {
    const answered = await me(
      'pet { ... on Dog { age name } ... on Cat { name age } }',
      '"pet":{"__typename":"Cat","name":"c"}',
      '"pet":{"__typename":"Cat","age":9}',
    );
    expect(answered).toMatchObject({ text: '{"data":{"me":{"pet":{"name":"c","age":9}}}}', why: undefined });
  });

  it.each([
    [
      'one says null',
      'address { street city }',
      '"address":{"street":"s"}',
      '"address":null',
      { address: { street: 's', city: null } },
    ],
    [
      'the lists are of different lengths',
      'past { street city }',
      '"past":[[{"street":"a"}],[]]',
      '"past":[[{"city":"A"}]]',
      undefined,
    ],
    [
      'the types differ',
      'pet { ... on Dog { age } ... on Cat { name } }',
      '"pet":{"__typename":"Cat","name":"c"}',
      '"pet":{"__typename":"Dog","age":9}',
      undefined,
    ],
  ])('is left to the complete executor where %s', async (_what, selection, users, post, expected) => {
    const answered = await me(selection, users, post);
    expect(answered).toMatchObject({ why: 'an answer is not what the code reads', requests: 2 });
    if (expected) expect(answered.result.data).toEqual({ me: expected });
  });
});

describe('equal objects with parts from elsewhere', () => {
  it('do not get the parts of one another', async () => {
    const user = (id: string) => `{"__typename":"User","id":"${id}","address":{"street":"same"}}`;
    const engine = new TestEngine(planner)
      .replies('users', `{"data":{"users":[${user('1')},${user('2')},${user('1')}]}}`)
      .replies('post', '{"data":{"_entities":[{"address":{"city":"A"}},{"address":{"city":"B"}}]}}');
    const { text, why } = await engine.execute('{ users { id address { street city } } }');
    expect(why).toBeUndefined();
    expect(text).toBe(
      '{"data":{"users":[{"id":"1","address":{"street":"same","city":"A"}},{"id":"2","address":{"street":"same","city":"B"}},{"id":"1","address":{"street":"same","city":"A"}}]}}',
    );
  });

  it('do not either where the shared part is the one that comes later', async () => {
    const user = (name: string) =>
      `{"__typename":"User","id":"1","name":"${name}","address":{"street":"${name}"}}`;
    const engine = new TestEngine(planner)
      .replies('users', `{"data":{"users":[${user('a')},${user('b')}]}}`)
      .replies('post', '{"data":{"_entities":[{"address":{"city":"C"}}]}}');
    const { text, why } = await engine.execute('{ users { name address { street city } } }');
    expect(why).toBeUndefined();
    expect(text).toBe(
      '{"data":{"users":[{"name":"a","address":{"street":"a","city":"C"}},{"name":"b","address":{"street":"b","city":"C"}}]}}',
    );
  });

  it('nor where they are entities, of which a third subgraph brings a part once for all', async () => {
    const favourites = compose({
      users: `
        type Query { users: [User!]! }
        type User @key(fields: "id") { id: ID! best: Product @shareable }
        type Product @key(fields: "sku") { sku: ID! title: String }
      `,
      post: `
        type User @key(fields: "id") { id: ID! best: Product @shareable }
        type Product @key(fields: "sku", resolvable: false) { sku: ID! stars: Int }
      `,
      stock: 'type Product @key(fields: "sku") { sku: ID! stock: Int }',
    });
    const user = (id: string) =>
      `{"__typename":"User","id":"${id}","best":{"__typename":"Product","sku":"p","title":"t"}}`;
    const engine = new TestEngine(favourites)
      .replies('users', `{"data":{"users":[${user('1')},${user('2')}]}}`)
      .replies('post', '{"data":{"_entities":[{"best":{"stars":5}},{"best":{"stars":4}}]}}')
      .replies('stock', '{"data":{"_entities":[{"stock":7}]}}');
    const { text, why } = await engine.execute('{ users { best { stock stars title } } }');
    expect([text, why]).toEqual([
      '{"data":{"users":[{"best":{"stock":7,"stars":5,"title":"t"}},{"best":{"stock":7,"stars":4,"title":"t"}}]}}',
      undefined,
    ]);
  });
});
