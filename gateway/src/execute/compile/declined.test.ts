import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const contexts = compose({
  shop: `
    type Query { me: User }
    type User @key(fields: "id") @context(name: "user") { id: ID! currency: String basket: Basket }
    type Basket @key(fields: "id") { id: ID! total(in: String @fromContext(field: "$user { currency }")): Int }
  `,
});

const interfaces = compose({
  media: `
    type Query { first: Media }
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String }
  `,
  ratings:
    'type Query { best: Media } type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int }',
});

const trees = compose({ one: 'type Query { next: Node } type Node { id: ID! next: Node }' });

describe('what the compiled form does not cover is answered by the complete executor:', () => {
  it('a value from a context', async () => {
    const engine = new TestEngine(contexts).replies(
      'shop',
      '{"data":{"me":{"__typename":"User","currency":"EUR","basket":{"__typename":"Basket","id":"1"}}}}',
      '{"data":{"_entities":[{"total":5}]}}',
    );
    const { text, why } = await engine.execute('{ me { basket { total } } }');
    expect([text, why]).toEqual(['{"data":{"me":{"basket":{"total":5}}}}', 'a value from a context']);
  });

  it('an interface object whose types the subgraph does not know', async () => {
    const engine = new TestEngine(interfaces)
      .replies('ratings', '{"data":{"best":{"__typename":"Media","id":"1","rating":5}}}')
      .replies('media', '{"data":{"_entities":[{"__typename":"Book","title":"t"}]}}');
    const { text, why } = await engine.execute('{ best { rating title } }');
    expect([text, why]).toEqual(['{"data":{"best":{"rating":5,"title":"t"}}}', 'an interface object']);
  });

  it('introspection', async () => {
    const { text, why } = await new TestEngine(interfaces).execute('{ __type(name: "Book") { kind } }');
    expect([text, why]).toEqual(['{"data":{"__type":{"kind":"OBJECT"}}}', 'introspection']);
  });

  it('an operation over more objects than are worth it', async () => {
    const level = (depth: number): string =>
      depth === 0 ? '' : `x: next { id ${level(depth - 1)} } y: next { id }`;
    const wide = (depth: number): string =>
      depth === 0 ? 'id' : `x: next { ${wide(depth - 1)} } y: next { ${wide(depth - 1)} }`;
    const engine = new TestEngine(trees);
    await expect(engine.compile(`{ next { ${wide(10)} } }`)).rejects.toThrow(
      'more objects than are worth compiling',
    );
    await expect(engine.compile(`{ next { ${level(40)} } }`)).resolves.toBeDefined();
  });
});

describe('what a subgraph with an interface object brings to types that are known', () => {
  it('is compiled: it is asked for by the name that it knows', async () => {
    const engine = new TestEngine(interfaces)
      .replies('media', '{"data":{"first":{"__typename":"Book","id":"1","title":"t"}}}')
      .replies('ratings', '{"data":{"_entities":[{"rating":5}]}}');
    const { text, why } = await engine.execute('{ first { title rating } }');
    expect([text, why]).toEqual(['{"data":{"first":{"title":"t","rating":5}}}', undefined]);
    expect(engine.sent[1]).toContain('"representations":[{"__typename":"Media","id":"1"}]');
  });
});
