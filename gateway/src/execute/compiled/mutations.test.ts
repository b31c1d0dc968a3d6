import { TributaryError } from '@tributary/errors';
import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { type Reply, TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { me: User }
    type Mutation { rename(to: String!): User forget: Boolean }
    type User @key(fields: "id") { id: ID! name: String }
  `,
  orders: `
    type Mutation { order(n: Int!): Int }
    type User @key(fields: "id") { id: ID! orders: Int }
  `,
});

const SOURCE = 'mutation { first: rename(to: "x") { name } order(n: 1) last: rename(to: "y") { name } }';
const subgraphs = ({ sent }: TestEngine) => sent.map((request) => request.split(' ')[0]);

describe('mutations', () => {
  it('are sent one after the other, in the order of the client', async () => {
    const first = Promise.withResolvers<Reply>();
    const engine = new TestEngine(planner)
      .replies('users', first.promise, '{"data":{"last":{"name":"y"}}}')
      .replies('orders', '{"data":{"order":1}}');
    const answer = engine.execute(SOURCE);
    await new Promise(setImmediate);
    expect(subgraphs(engine)).toEqual(['users']);
    first.resolve('{"data":{"first":{"name":"x"}}}');
    expect(await answer).toMatchObject({
      text: '{"data":{"first":{"name":"x"},"order":1,"last":{"name":"y"}}}',
      why: undefined,
    });
    expect(subgraphs(engine)).toEqual(['users', 'orders', 'users']);
  });

  it.each<[string, Reply]>([
    ['is not as expected', '{"data":{"first":{"more":1,"name":"x"}}}'],
    ['has errors', '{"errors":[{"message":"m"}],"data":{"first":{"name":"x"}}}'],
    ['is no JSON', 'no'],
    ['does not come', new TributaryError('SUBGRAPH_TIMEOUT', 'Too slow')],
  ])('are never sent twice: the answer to the first %s', async (_what, reply) => {
    const engine = new TestEngine(planner)
      .replies('users', reply, '{"data":{"last":{"name":"y"}}}')
      .replies('orders', '{"data":{"order":1}}');
    const { result, why } = await engine.execute(SOURCE);
    expect(why).toBeDefined();
    expect(result.data).toMatchObject({ order: 1, last: { name: 'y' } });
    expect(subgraphs(engine)).toEqual(['users', 'orders', 'users']);
  });

  it('are not sent twice either where what follows from them is not as expected', async () => {
    const engine = new TestEngine(planner)
      .replies('users', '{"data":{"rename":{"__typename":"User","id":"1","name":"x"}}}')
      .replies('orders', '{"data":{"_entities":[{"orders":1.0}]}}');
    const { result, why } = await engine.execute('mutation { rename(to: "x") { name orders } }');
    expect([result, why]).toEqual([
      { data: { rename: { name: 'x', orders: 1 } } },
      'an answer is not what the code reads',
    ]);
    expect(subgraphs(engine)).toEqual(['users', 'orders']);
  });
});
