import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { me: User users: [User!]! rows: [[User]!]! }
    type User @key(fields: "id") { id: ID! name: String address: Address }
    type Address { street: String city: String }
  `,
  reviews: `
    type User @key(fields: "id") { id: ID! reviews: [Review!]! rating: Int best: Review }
    type Review @key(fields: "id") { id: ID! stars: Int author: User! product: Product }
    type Product @key(fields: "sku") { sku: ID! }
  `,
  shop: `
    type Product @key(fields: "sku") { sku: ID! title: String }
    type User @key(fields: "id") { id: ID! address: Address @external delivery: String @requires(fields: "address { city }") }
    type Address { city: String @external }
  `,
});

const ENTITIES = 'query($representations:[_Any!]!){_entities(representations:$representations)';
const entityRequest = (selection: string, representations: string) =>
  `{"query":"${ENTITIES}{...on ${selection}}}","variables":{"representations":${representations}}}`;

async function execute(engine: TestEngine, source: string): Promise<string> {
  const { text, why } = await engine.execute(source);
  expect(why).toBeUndefined();
  return text;
}

describe('an object that several subgraphs know', () => {
  it('is asked for by its key, and its parts are put together in the order of the client', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"me":{"__typename":"User","id":"1","name":"A","address":null}}}')
      .replies('reviews', '{"data":{"_entities":[{"rating":4,"best":{"stars":5}}]}}');
    expect(await execute(engine, '{ me { rating name id best { stars } address { city } } }')).toBe(
      '{"data":{"me":{"rating":4,"name":"A","id":"1","best":{"stars":5},"address":null}}}',
    );
    expect(engine.sent).toEqual([
      'users {"query":"{me{__typename id name address{city}}}","variables":{}}',
      `reviews ${entityRequest('User{rating best{stars}}', '[{"__typename":"User","id":"1"}]')}`,
    ]);
  });

  it('shows nothing of its key where the client did not ask for it', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"me":{"__typename":"User","id":"1"}}}')
      .replies('reviews', '{"data":{"_entities":[{"rating":4}]}}');
    expect(await execute(engine, '{ me { rating } }')).toBe('{"data":{"me":{"rating":4}}}');
  });

  it('has the names that the client gave, that of its key for something else included', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"you":{"__typename":"User","id":"1","_tr_id":"A","key":"1"}}}')
      .replies('reviews', '{"data":{"_entities":[{"points":4}]}}');
    expect(await execute(engine, '{ you: me { points: rating id: name key: id } }')).toBe(
      '{"data":{"you":{"points":4,"id":"A","key":"1"}}}',
    );
    expect(engine.sent[0]).toBe(
      'users {"query":"{you:me{__typename id _tr_id:name key:id}}","variables":{}}',
    );
    expect(engine.sent[1]).toContain('"representations":[{"__typename":"User","id":"1"}]');
  });

  it('is not asked for where it is null', async () => {
    const engine = new TestEngine(planner).replies('users', '{"data":{"me":null}}');
    expect(await execute(engine, '{ me { name rating } }')).toBe('{"data":{"me":null}}');
    expect(engine.sent).toHaveLength(1);
  });

  it('has nulls for what a subgraph that does not know it would bring', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"me":{"__typename":"User","id":"1","name":"A"}}}')
      .replies('reviews', '{"data":{"_entities":[null]}}');
    expect(await execute(engine, '{ me { points: rating name best { stars } } }')).toBe(
      '{"data":{"me":{"points":null,"name":"A","best":null}}}',
    );
  });
});

describe('objects in lists', () => {
  it('are asked for once where they are equal, and come back everywhere', async () => {
    const user = (id: string) => `{"__typename":"User","id":"${id}","name":"n${id}"}`;
    const engine = new TestEngine(planner)
      .replies('users', `{"data":{"users":[${user('1')},${user('2')},${user('1')}]}}`)
      .replies('reviews', '{"data":{"_entities":[{"rating":10},{"rating":20}]}}');
    expect(await execute(engine, '{ users { name rating } }')).toBe(
      '{"data":{"users":[{"name":"n1","rating":10},{"name":"n2","rating":20},{"name":"n1","rating":10}]}}',
    );
    expect(engine.sent[1]).toBe(
      `reviews ${entityRequest('User{rating}', '[{"__typename":"User","id":"1"},{"__typename":"User","id":"2"}]')}`,
    );
  });

  it('are asked for once where they differ only in what is no key', async () => {
    const engine = new TestEngine(planner)
      .replies(
        'users',
        '{"data":{"users":[{"__typename":"User","id":"1","name":"a"},{"__typename":"User","id":"1","name":"b"}]}}',
      )
      .replies('reviews', '{"data":{"_entities":[{"rating":10}]}}');
    expect(await execute(engine, '{ users { name rating } }')).toBe(
      '{"data":{"users":[{"name":"a","rating":10},{"name":"b","rating":10}]}}',
    );
  });

  it('keep their place in lists of lists, nulls among them', async () => {
    const engine = new TestEngine(planner)
      .replies(
        'users',
        '{"data":{"rows":[[{"__typename":"User","id":"1"},null],[],[{"__typename":"User","id":"2"},{"__typename":"User","id":"1"}]]}}',
      )
      .replies('reviews', '{"data":{"_entities":[{"rating":10},{"rating":20}]}}');
    expect(await execute(engine, '{ rows { rating id } }')).toBe(
      '{"data":{"rows":[[{"rating":10,"id":"1"},null],[],[{"rating":20,"id":"2"},{"rating":10,"id":"1"}]]}}',
    );
  });

  it('are not asked for where the list is empty', async () => {
    const engine = new TestEngine(planner).replies('users', '{"data":{"users":[]}}');
    expect(await execute(engine, '{ users { rating } }')).toBe('{"data":{"users":[]}}');
  });

  it('bring others with them, level by level, each of them once', async () => {
    const review = (id: string, author: string, sku: string) =>
      `{"stars":${id},"author":{"__typename":"User","id":"${author}"},"product":{"__typename":"Product","sku":"${sku}"}}`;
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"users":[{"__typename":"User","id":"1"},{"__typename":"User","id":"2"}]}}')
      .replies(
        'reviews',
        `{"data":{"_entities":[{"reviews":[${review('5', '1', 'a')},${review('4', '2', 'b')}]},{"reviews":[${review('5', '1', 'a')}]}]}}`,
      )
      .replies('shop', '{"data":{"_entities":[{"title":"A"},{"title":"B"}]}}');
    engine.replies('users', '{"data":{"_entities":[{"name":"x"},{"name":"y"}]}}');
    expect(
      await execute(engine, '{ users { id reviews { stars author { name } product { title } } } }'),
    ).toBe(
      '{"data":{"users":[{"id":"1","reviews":[{"stars":5,"author":{"name":"x"},"product":{"title":"A"}},{"stars":4,"author":{"name":"y"},"product":{"title":"B"}}]},{"id":"2","reviews":[{"stars":5,"author":{"name":"x"},"product":{"title":"A"}}]}]}}',
    );
    expect(engine.sent).toHaveLength(4);
    expect(engine.sent[3]).toBe(
      `shop ${entityRequest('Product{title}', '[{"__typename":"Product","sku":"a"},{"__typename":"Product","sku":"b"}]')}`,
    );
  });
});

describe('a required object', () => {
  it('is sent as it came where it holds nothing else', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"me":{"__typename":"User","id":"1","address":{"city":"é\\n"}}}}')
      .replies('shop', '{"data":{"_entities":[{"delivery":"d"}]}}');
    expect(await execute(engine, '{ me { delivery } }')).toBe('{"data":{"me":{"delivery":"d"}}}');
    expect(engine.sent[1]).toBe(
      `shop ${entityRequest('User{delivery}', '[{"__typename":"User","id":"1","address":{"city":"é\\n"}}]')}`,
    );
  });

  it('is cut down to what is required where the client asked for more of it', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"me":{"__typename":"User","id":"1","address":{"street":"s","city":"c"}}}}')
      .replies('shop', '{"data":{"_entities":[{"delivery":"d"}]}}');
    expect(await execute(engine, '{ me { address { street } delivery } }')).toBe(
      '{"data":{"me":{"address":{"street":"s"},"delivery":"d"}}}',
    );
    expect(engine.sent[1]).toContain(
      '"representations":[{"__typename":"User","id":"1","address":{"city":"c"}}]',
    );
  });

  it('is cut down where it begins with what is required, too', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"me":{"__typename":"User","id":"1","address":{"city":"c","street":"s"}}}}')
      .replies('shop', '{"data":{"_entities":[{"delivery":"d"}]}}');
    expect(await execute(engine, '{ me { address { city street } delivery } }')).toBe(
      '{"data":{"me":{"address":{"city":"c","street":"s"},"delivery":"d"}}}',
    );
    expect(engine.sent[1]).toContain(
      '"representations":[{"__typename":"User","id":"1","address":{"city":"c"}}]',
    );
  });
});
