import { expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { users: [User!]! rows: [[User]!]! }
    type User @key(fields: "id") { id: ID! name: String friends: [User!]! address: Address @shareable }
    type Address { street: String }
  `,
  reviews: `
    type User @key(fields: "id") { id: ID! rating: Int address: Address @shareable }
    type Address { city: String }
  `,
});

const COUNT = 12_000;
/** Every second one has been there before. */
const ids = Array.from({ length: COUNT }, (_, index) => (index % 2 === 0 ? index : index - 1));
const own = ids.filter((_, index) => index % 2 === 0);

function answer(items: readonly string[]): string {
  return `[${items.join()}]`;
}

it('writes nodes that are met again, under names of their own', async () => {
  const engine = new TestEngine(planner)
    .replies(
      'users',
      `{"data":{"users":${answer(ids.map((id) => `{"__typename":"User","id":"${id}","title":"n${id}"}`))}}}`,
    )
    .replies('reviews', `{"data":{"_entities":${answer(own.map((id) => `{"points":${id}}`))}}}`);
  const { text, why } = await engine.execute('{ users { points: rating title: name } }');
  expect(why).toBeUndefined();
  expect(text).toBe(`{"data":{"users":${answer(ids.map((id) => `{"points":${id},"title":"n${id}"}`))}}}`);
});

it('writes nodes with nodes in them, and lists of lists', async () => {
  const row = (write: (id: number) => string) => `[${own.slice(0, 10).map(write).join()}]`;
  const rows = (write: (id: number) => string) => answer(Array.from({ length: 1_000 }, () => row(write)));
  const engine = new TestEngine(planner)
    .replies(
      'users',
      `{"data":{"rows":${rows((id) => `{"id":"${id}","friends":[{"__typename":"User","id":"${id + 1}"}]}`)}}}`,
    )
    .replies(
      'reviews',
      `{"data":{"_entities":${answer(own.slice(0, 10).map((id) => `{"rating":${id + 1}}`))}}}`,
    );
  const { text, why } = await engine.execute('{ rows { id friends { rating } } }');
  expect(why).toBeUndefined();
  expect(text).toBe(`{"data":{"rows":${rows((id) => `{"id":"${id}","friends":[{"rating":${id + 1}}]}`)}}}`);
});

it('writes objects of which two subgraphs bring a part each', async () => {
  const engine = new TestEngine(planner)
    .replies(
      'users',
      `{"data":{"users":${answer(own.map((id) => `{"__typename":"User","id":"${id}","address":{"street":"s${id}"}}`))}}}`,
    )
    .replies('reviews', `{"data":{"_entities":${answer(own.map((id) => `{"address":{"city":"c${id}"}}`))}}}`);
  const { text, why } = await engine.execute('{ users { address { city street } } }');
  expect(why).toBeUndefined();
  expect(text).toBe(
    `{"data":{"users":${answer(own.map((id) => `{"address":{"city":"c${id}","street":"s${id}"}}`))}}}`,
  );
});
