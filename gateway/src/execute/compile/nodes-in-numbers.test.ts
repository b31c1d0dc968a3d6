import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { users: [User!]! grid: [[User]] }
    type User @key(fields: "id") { id: ID! name: String address: Address @shareable friend: User }
    type Address { street: String }
  `,
  post: `
    type User @key(fields: "id") { id: ID! address: Address @shareable rating: Int boss: User }
    type Address { city: String }
  `,
});

interface User {
  readonly id: number;
  readonly name: string;
  readonly friend?: User | null;
}

/** Few enough ids that many objects are equal, and enough names that some are in all but their key. */
const user = (friend: fc.Arbitrary<User | null> | undefined): fc.Arbitrary<User> =>
  fc.record({
    id: fc.nat(40),
    name: fc.constantFrom('a', 'b'),
    ...(friend && { friend }),
  });
const users = fc.array(user(fc.option(user(undefined), { freq: 4 })), { size: 'max', maxLength: 400 });

const toJson = ({ id, name, friend }: User): object => ({
  __typename: 'User',
  id: String(id),
  name,
  address: id % 7 === 0 ? null : { street: name },
  ...(friend !== undefined && { friend: friend && toJson(friend) }),
});

/** Knows each user, by the representations under whatever key they come. */
function post(body: string): string {
  const variables = Object.entries<{ id: string }[]>(JSON.parse(body).variables);
  const entities = variables.map(([name, representations]) => {
    const hasBoss = body.includes('boss');
    return [
      name.replace('representations', '').replace(/^$/, '_entities'),
      representations.map(({ id }) => ({
        rating: Number(id) * 10,
        address: Number(id) % 7 === 0 ? null : { city: `city ${id}` },
        ...(hasBoss && !name.endsWith('_2') && { boss: { id: String(Number(id) >> 1), rating: Number(id) } }),
      })),
    ];
  });
  return JSON.stringify({ data: Object.fromEntries(entities) });
}

const SOURCE = `{ users {
  name rating address { city street } id boss { id rating } friend { rating id name address { street city } }
} }`;

it('puts thousands of equal and unequal objects together as the complete executor does', async () => {
  await fc.assert(
    fc.asyncProperty(users, async (list) => {
      const reply = JSON.stringify({ data: { users: list.map((each) => toJson(each)) } });
      const [compiled, complete] = await Promise.all(
        (['compiled', 'complete'] as const).map((mode) =>
          new TestEngine(planner, { mode })
            .answers('users', () => reply)
            .answers('post', post)
            .execute(SOURCE),
        ),
      );
      expect(compiled?.why).toBeUndefined();
      expect(compiled?.text).toBe(complete?.text);
    }),
    { numRuns: 40 },
  );
});
