import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  media: `
    interface Item { id: ID! title: String }
    type Query { items: [Item] anything: [Thing] first: Item }
    union Thing = Book | Film | Shop
    type Book implements Item @key(fields: "id") { id: ID! title: String pages: Int }
    type Film implements Item @key(fields: "id") { id: ID! title: String minutes: Int }
    type Shop { name: String }
  `,
  stock: `
    type Book @key(fields: "id") { id: ID! stock: Int }
    type Film @key(fields: "id") { id: ID! stock: Int }
  `,
});

async function answer(source: string, media: string, ...stock: string[]): Promise<string> {
  const engine = new TestEngine(planner).replies('media', `{"data":${media}}`).replies('stock', ...stock);
  const { text, why } = await engine.execute(source);
  expect(why).toBeUndefined();
  expect(engine.sent).toHaveLength(1 + stock.length);
  return text;
}

describe('objects of an abstract type', () => {
  it('are each read as what they say they are', async () => {
    expect(
      await answer(
        '{ anything { ... on Book { title } ... on Shop { name } } }',
        '{"anything":[{"__typename":"Book","title":"t"},{"__typename":"Film"},null,{"__typename":"Shop","name":"n"}]}',
      ),
    ).toBe('{"data":{"anything":[{"title":"t"},{},null,{"name":"n"}]}}');
  });

  it('tell the client their type where it asks for that, under its name for it', async () => {
    expect(
      await answer(
        '{ items { ... on Film { minutes } kind: __typename __typename } }',
        '{"items":[{"__typename":"Film","minutes":90,"kind":"Film"},{"__typename":"Book","kind":"Book"}]}',
      ),
    ).toBe(
      '{"data":{"items":[{"minutes":90,"kind":"Film","__typename":"Film"},{"kind":"Book","__typename":"Book"}]}}',
    );
  });

  it('are asked for in one request, each as its type, and keep their places', async () => {
    const engine = new TestEngine(planner)
      .replies(
        'media',
        '{"data":{"items":[{"__typename":"Film","id":"1","title":"f"},{"__typename":"Book","title":"b","id":"1"},{"__typename":"Film","id":"1","title":"f"}]}}',
      )
      .replies('stock', '{"data":{"_entities":[{"stock":20},{"stock":10}]}}');
    const { text, why } = await engine.execute(
      '{ items { ... on Film { stock } title ... on Book { stock } } }',
    );
    expect(why).toBeUndefined();
    expect(text).toBe(
      '{"data":{"items":[{"stock":10,"title":"f"},{"title":"b","stock":20},{"stock":10,"title":"f"}]}}',
    );
    expect(engine.sent[1]).toContain(
      '"representations":[{"__typename":"Book","id":"1"},{"__typename":"Film","id":"1"}]',
    );
  });

  it('are not asked for where none of them is of the type', async () => {
    expect(
      await answer(
        '{ items { title ... on Book { stock } } }',
        '{"items":[{"__typename":"Film","title":"f"}]}',
      ),
    ).toBe('{"data":{"items":[{"title":"f"}]}}');
  });

  it.each([
    ['a type that the schema does not have', '{"first":{"__typename":"Game","title":"t"}}'],
    ['no type', '{"first":{"title":"t"}}'],
    ['a type that only begins like one', '{"first":{"__typename":"Books","title":"t"}}'],
    ['its type at another place', '{"first":{"title":"t","__typename":"Book"}}'],
  ])('are left to the complete executor where one says %s', async (_what, data) => {
    const engine = new TestEngine(planner).replies('media', `{"data":${data}}`);
    const { why } = await engine.execute('{ first { title } }');
    expect(why).toBe('an answer is not what the code reads');
    expect(engine.sent).toHaveLength(1);
  });

  it('get each their own where the complete executor takes over, whichever was asked for first', async () => {
    const engine = new TestEngine(planner)
      .replies(
        'media',
        '{"data":{"items":[{"__typename":"Film","id":"1"},{"__typename":"Book","id":"2"},{"__typename":"Film","id":"3"}]}}',
      )
      .replies(
        'stock',
        '{"errors":[{"message":"m","path":["_entities",2,"stock"]}],"data":{"_entities":[{"stock":2},{"stock":1},{"stock":null}]}}',
      );
    const { result } = await engine.execute('{ items { ... on Film { stock } ... on Book { stock } } }');
    expect(result.data).toEqual({ items: [{ stock: 1 }, { stock: 2 }, { stock: null }] });
    expect(result.errors?.map(({ path }) => path)).toEqual([['items', 2, 'stock']]);
    expect(engine.sent).toHaveLength(2);
  });
});

it('an object that came whole is not asked for again where others at its path are', async () => {
  const engine = new TestEngine(
    compose({
      people: `
        type Query { reader: Reader }
        type Reader @key(fields: "id") { id: ID! name: String }
        type Club @key(fields: "id") { id: ID! members: [Reader] }`,
      library: `
        interface Group { kind: String }
        type Reader @key(fields: "id") { id: ID! group: Group }
        type Club implements Group @key(fields: "id") { id: ID! kind: String }
        type Circle implements Group { kind: String members: [Reader] }`,
    }),
  )
    .replies('people', '{"data":{"reader":{"__typename":"Reader","id":"1"}}}')
    .replies('library', '{"data":{"_entities":[{"group":{"__typename":"Club","id":"c"}}]}}')
    .replies('people', '{"data":{"_entities":[{"members":[{"id":"2","name":"n"}]}]}}');
  const source =
    '{ reader { group { ... on Club { members { id name } } ... on Circle { members { id name } } } } }';
  const { text, why } = await engine.execute(source);
  expect([text, why, engine.sent.length]).toEqual([
    '{"data":{"reader":{"group":{"members":[{"id":"2","name":"n"}]}}}}',
    undefined,
    3,
  ]);
});
