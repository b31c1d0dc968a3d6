import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  shop: `
    enum Colour { RED GREEN }
    scalar Anything
    type Query { product: Product products: [Product!]! grid: [[Product]!] price(of: Int, in: String): Float }
    type Product { id: ID! name: String colour: Colour price: Float stock: Int isNew: Boolean maker: Maker more: Anything tags: [String!] }
    type Maker { name: String country: String }
  `,
});

/** What the client gets for what the subgraph says to its one request; never by the complete executor. */
async function answer(source: string, reply: string, variables = {}): Promise<string> {
  const engine = new TestEngine(planner).replies('shop', reply);
  const { text, why } = await engine.execute(source, variables);
  expect(why).toBeUndefined();
  return text;
}

describe('an answer that is what the client asked for', () => {
  it.each([
    ['{product{id name}}', '{"data":{"product":{"id":"1","name":"a \\"b\\" é \\u00e9 \u2028"}}}'],
    ['{product{id name}}', '{"data":{"product":null}}'],
    ['{products{id}}', '{"data":{"products":[]}}'],
    [
      '{products{colour price stock isNew}}',
      '{"data":{"products":[{"colour":"RED","price":1.50,"stock":-3,"isNew":true}]}}',
    ],
    [
      '{products{colour price stock isNew}}',
      '{"data":{"products":[{"colour":null,"price":null,"stock":null,"isNew":null}]}}',
    ],
    ['{grid{id}}', '{"data":{"grid":[[{"id":"1"},null],[]]}}'],
    ['{product{tags}}', '{"data":{"product":{"tags":["a","b"]}}}'],
    ['{product{more}}', '{"data":{"product":{"more":{"any":[1e400,"x",{}],"__proto__":1}}}}'],
    ['{product{__typename id}}', '{"data":{"product":{"__typename":"Product","id":"1"}}}'],
  ])('goes to the client as it is: %s', async (source, reply) => {
    expect(await answer(source, reply)).toBe(reply);
  });

  it('goes without its white space and its extensions', async () => {
    const reply =
      '{\n  "data": {\n    "product": { "id": "1 2" }\n  },\n  "extensions": { "trace": [1] }\n}\n';
    expect(await answer('{product{id}}', reply)).toBe('{"data":{"product":{"id":"1 2"}}}');
  });

  it('has the order that the client asked in, fragments and repetitions merged', async () => {
    const source =
      '{ product { ...F name maker { country } id } } fragment F on Product { id maker { name } }';
    const engine = new TestEngine(planner).replies(
      'shop',
      '{"data":{"product":{"id":"1","maker":{"name":"m","country":"c"},"name":"n"}}}',
    );
    const { text, why } = await engine.execute(source);
    expect(engine.sent).toEqual(['shop {"query":"{product{id maker{name country}name}}","variables":{}}']);
    expect([text, why]).toEqual([
      '{"data":{"product":{"id":"1","maker":{"name":"m","country":"c"},"name":"n"}}}',
      undefined,
    ]);
  });

  it('has the names that the client gave', async () => {
    const source = '{ a: product { b: id c: maker { d: name } e: id f: __typename } }';
    const reply = '{"data":{"a":{"b":"1","c":{"d":"m"},"e":"1","f":"Product"}}}';
    expect(await answer(source, reply)).toBe(reply);
  });

  it('has names that every object inherits', async () => {
    const source =
      '{ constructor: product { __proto__: id hasOwnProperty: name toString: maker { valueOf: name } } }';
    const reply = (id: string) =>
      `{"data":{"constructor":{"${id}":"1","hasOwnProperty":"n","toString":{"valueOf":"m"}}}}`;
    expect(await answer(source, reply('_tr___proto__'))).toBe(reply('__proto__'));
  });
});

describe('an answer in another shape than the client asked for', () => {
  it('is cut and put together anew: fields of the plan out, others in their place', async () => {
    const source = '{ a: product { b: id c: maker { d: name } __typename f: __typename e: id } }';
    const reply = '{"data":{"a":{"__typename":"Product","b":"1","c":{"d":"m"},"f":"Product","e":"1"}}}';
    expect(await answer(source, reply)).toBe(
      '{"data":{"a":{"b":"1","c":{"d":"m"},"__typename":"Product","f":"Product","e":"1"}}}',
    );
  });
});

describe('the root', () => {
  it('knows its own type without a fetch', async () => {
    const engine = new TestEngine(planner);
    const { text, why } = await engine.execute('{ __typename kind: __typename }');
    expect([text, why, engine.sent]).toEqual([
      '{"data":{"__typename":"Query","kind":"Query"}}',
      undefined,
      [],
    ]);
  });

  it('puts it where the client asked for it', async () => {
    const reply = '{"data":{"product":{"id":"1"}}}';
    expect(await answer('{ product { id } __typename }', reply)).toBe(
      '{"data":{"product":{"id":"1"},"__typename":"Query"}}',
    );
    expect(await answer('{ __typename product { id } }', reply)).toBe(
      '{"data":{"__typename":"Query","product":{"id":"1"}}}',
    );
  });
});

describe('the request', () => {
  const SOURCE =
    'query Price($of: Int = 3, $in: String) { a: price(of: $of, in: $in) b: price(of: 1, in: "é\\u2028") }';

  async function sent(variables: Record<string, unknown>): Promise<unknown> {
    const engine = new TestEngine(planner).replies('shop', '{"data":{"a":1,"b":2}}');
    expect((await engine.execute(SOURCE, variables)).text).toBe('{"data":{"a":1,"b":2}}');
    return engine.sent;
  }
  const request = (variables: string) => [
    `shop {"query":"query Price__shop__0($of:Int=3$in:String){a:price(of:$of in:$in)b:price(of:1 in:\\"é\u2028\\")}","operationName":"Price__shop__0","variables":${variables}}`,
  ];

  it('carries the variables that the client sent, defaults are left to the subgraph', async () => {
    expect(await sent({ in: 'EUR "€"', other: 1 })).toEqual(request('{"in":"EUR \\"€\\""}'));
    expect(await sent({ of: null })).toEqual(request('{"of":null}'));
    expect(await sent({})).toEqual(request('{}'));
  });
});
