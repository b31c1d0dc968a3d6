import { describe, expect, it } from 'vitest';
import { compose } from './testing/compose.ts';
import { TestEngine } from './testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { me: User hello: String bye: String }
    type Mutation { one: Int two: Int }
    type User @key(fields: "id") { id: ID! name: String age: Int }
  `,
  reviews: `
    type Query { top: Int }
    type User @key(fields: "id") { id: ID! reviews: [Review!]! }
    type Review { stars: Int text: String }
  `,
});

const TWO = 'query ($a: Boolean!, $b: Boolean!) { hello @include(if: $a) bye @skip(if: $b) }';

describe('fields under a condition', () => {
  it('are read and answered where it holds, and one code does not do for other values', async () => {
    const engine = new TestEngine(planner).replies(
      'users',
      '{"data":{"hello":"h","bye":"b"}}',
      '{"data":{"hello":"h"}}',
      '{"data":{"bye":"b"}}',
    );
    const answers = [
      await engine.execute(TWO, { a: true, b: false }),
      await engine.execute(TWO, { a: true, b: true }),
      await engine.execute(TWO, { a: false, b: false }),
    ];
    expect(answers.map(({ text, why }) => why ?? text)).toEqual([
      '{"data":{"hello":"h","bye":"b"}}',
      '{"data":{"hello":"h"}}',
      '{"data":{"bye":"b"}}',
    ]);
  });

  it('leave an answer without fields where none holds, for which nothing is fetched', async () => {
    const engine = new TestEngine(planner);
    const { text, why } = await engine.execute(TWO, { a: false, b: true });
    expect([text, why, engine.sent]).toEqual(['{"data":{}}', undefined, []]);
  });

  it('do the same in a mutation', async () => {
    const engine = new TestEngine(planner);
    const source = 'mutation ($a: Boolean!, $b: Boolean!) { one @include(if: $a) two @include(if: $b) }';
    const { text } = await engine.execute(source, { a: false, b: false });
    expect([text, engine.sent]).toEqual(['{"data":{}}', []]);
  });

  it('leave an object without fields where none holds', async () => {
    const engine = new TestEngine(planner).replies('users', '{"data":{"me":{}}}');
    const source = 'query ($a: Boolean!, $b: Boolean!) { me { name @include(if: $a) age @include(if: $b) } }';
    expect((await engine.execute(source, { a: false, b: false })).text).toBe('{"data":{"me":{}}}');
    expect(engine.sent).toHaveLength(1);
  });

  it('are not fetched from another subgraph where the condition does not hold', async () => {
    const source = 'query ($more: Boolean! = false) { me { name reviews @include(if: $more) { stars } } }';
    const engine = new TestEngine(planner).replies(
      'users',
      '{"data":{"me":{"name":"A"}}}',
      '{"data":{"me":{"__typename":"User","id":"1","name":"A"}}}',
    );
    engine.replies('reviews', '{"data":{"_entities":[{"reviews":[{"stars":5}]}]}}');
    const off = await engine.execute(source);
    expect(engine.sent.map((request) => request.split(' ')[0])).toEqual(['users']);
    const on = await engine.execute(source, { more: true });
    expect([off.text, on.text]).toEqual([
      '{"data":{"me":{"name":"A"}}}',
      '{"data":{"me":{"name":"A","reviews":[{"stars":5}]}}}',
    ]);
  });

  it('may be conditions on fragments, and on one field twice', async () => {
    const source = `query ($a: Boolean!, $b: Boolean!) {
      ...F @include(if: $a) me @skip(if: $b) { age }
    } fragment F on Query { me { name } }`;
    const engine = new TestEngine(planner).replies(
      'users',
      '{"data":{"me":{"name":"A","age":1}}}',
      '{"data":{"me":{"age":1}}}',
      '{"data":{"me":{"name":"A"}}}',
    );
    const all = [
      await engine.execute(source, { a: true, b: false }),
      await engine.execute(source, { a: false, b: false }),
      await engine.execute(source, { a: true, b: true }),
    ];
    expect(all.map(({ text, why }) => why ?? text)).toEqual([
      '{"data":{"me":{"name":"A","age":1}}}',
      '{"data":{"me":{"age":1}}}',
      '{"data":{"me":{"name":"A"}}}',
    ]);
  });
});
