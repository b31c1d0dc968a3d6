import { describe, expect, it } from 'vitest';
import { buildSchema } from './schema.ts';
import { bookService } from './test-subgraph.fixture.ts';
import { executeAs, SIGNED_OUT } from './testing.ts';

const TYPE_DEFS = /* GraphQL */ `
  type Query { ping: Pong }
  enum Pong { PONG }
`;

describe('buildSchema', () => {
  it.each([
    ['a field', { Query: { pnig: () => 'PONG' } }, 'Query.pnig'],
    ['a type', { Qeury: { ping: () => 'PONG' } }, 'Qeury'],
    ['an enum value', { Pong: { PING: 'ping' } }, 'Pong.PING'],
  ])('refuses a resolver for %s that the schema does not have, and names it', (_case, resolvers, name) => {
    expect(() => buildSchema(TYPE_DEFS, resolvers)).toThrow(`The schema has no ${name},`);
  });

  it('refuses SDL that is not valid', () => {
    expect(() => buildSchema('type Query { ping: Missing }', {})).toThrow(/Missing/);
  });
});

describe('_entities', () => {
  const ENTITIES = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Book { id title } } }';
  const of = (...ids: string[]) => ({ of: ids.map((id) => ({ __typename: 'Book', id })) });

  it('answers entities in the order of their representations, null for those that do not exist', async () => {
    const { data } = await executeAs(bookService().definition, SIGNED_OUT, ENTITIES, of('b', 'missing', 'a'));
    expect(data).toEqual({
      _entities: [{ id: 'b', title: 'Title b' }, null, { id: 'a', title: 'Title a' }],
    });
  });

  it('loses only the entity whose reference resolver throws', async () => {
    const { data, errors } = await executeAs(bookService().definition, SIGNED_OUT, ENTITIES, of('torn', 'a'));
    expect(data).toEqual({ _entities: [null, { id: 'a', title: 'Title a' }] });
    expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });
});
