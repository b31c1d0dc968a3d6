import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';

const planner = compose({
  shop: `
    type Query { me: User top: Product cheap: Product }
    type User @key(fields: "id") { id: ID! }
    type Product @key(fields: "sku") { sku: ID! }
  `,
  ads: `
    type Product @key(fields: "sku") { sku: ID! advertiser: User }
    type User @key(fields: "id") { id: ID! }
  `,
  stock: `
    type Product @key(fields: "sku") { sku: ID! stock(at: String): Int }
    type User @key(fields: "id") { id: ID! orders(first: Int): Int }
  `,
});

const SHOP = {
  me: '"me":{"__typename":"User","id":"1"}',
  top: '"top":{"__typename":"Product","sku":"t"}',
  cheap: '"cheap":{"__typename":"Product","sku":"c"}',
};

describe('fetches of one level to one subgraph', () => {
  it('are one request, each under an alias with its own representations', async () => {
    const engine = new TestEngine(planner)
      .replies('shop', `{"data":{${SHOP.me},${SHOP.top},${SHOP.cheap}}}`)
      .replies('stock', '{"data":{"_1":[{"orders":7}],"_2":[{"stock":1}],"_3":[{"stock":2}]}}');
    const { text, why } = await engine.execute('{ me { orders } top { stock } cheap { stock } }');
    expect([text, why]).toEqual([
      '{"data":{"me":{"orders":7},"top":{"stock":1},"cheap":{"stock":2}}}',
      undefined,
    ]);
    expect(engine.sent.slice(1)).toEqual([
      'stock {"query":"query($representations_1:[_Any!]!$representations_2:[_Any!]!$representations_3:[_Any!]!){' +
        '_1:_entities(representations:$representations_1){...on User{orders}}' +
        '_2:_entities(representations:$representations_2){...on Product{stock}}' +
        '_3:_entities(representations:$representations_3){...on Product{stock}}}",' +
        '"variables":{"representations_1":[{"__typename":"User","id":"1"}],' +
        '"representations_2":[{"__typename":"Product","sku":"t"}],"representations_3":[{"__typename":"Product","sku":"c"}]}}',
    ]);
  });

  it('share their variables, each declared and sent once', async () => {
    const engine = new TestEngine(planner)
      .replies('shop', `{"data":{${SHOP.me},${SHOP.top},${SHOP.cheap}}}`)
      .replies('stock', '{"data":{"_1":[{"orders":7}],"_2":[{"stock":1}],"_3":[{"stock":2}]}}');
    const source =
      'query Home($at: String = "x", $n: Int) { me { orders(first: $n) } top { stock(at: $at) } cheap { stock(at: $at) } }';
    expect((await engine.execute(source, { at: 'é' })).why).toBeUndefined();
    expect(engine.sent[1]).toContain('query Home__stock__1($representations_1:[_Any!]!$representations_2:');
    expect(engine.sent[1]).toContain('$n:Int$at:String=\\"x\\"){_1:');
    expect(engine.sent[1]).toContain(
      '"operationName":"Home__stock__1","variables":{"at":"é","representations_1":',
    );
  });

  it('do without those that have nothing to ask for', async () => {
    const engine = new TestEngine(planner)
      .replies(
        'shop',
        `{"data":{"me":null,${SHOP.top},${SHOP.cheap}}}`,
        `{"data":{"me":null,${SHOP.top},"cheap":null}}`,
      )
      .replies(
        'stock',
        '{"data":{"_2":[{"stock":1}],"_3":[{"stock":2}]}}',
        '{"data":{"_entities":[{"stock":1}]}}',
      );
    const source = '{ me { orders } top { stock } cheap { stock } }';
    expect((await engine.execute(source)).text).toBe(
      '{"data":{"me":null,"top":{"stock":1},"cheap":{"stock":2}}}',
    );
    expect(engine.sent[1]).toMatch(
      /^stock \{"query":"query\(\$representations_2:\[_Any!\]!\$representations_3:/,
    );
    expect((await engine.execute(source)).text).toBe('{"data":{"me":null,"top":{"stock":1},"cheap":null}}');
    expect(engine.sent[3]).toBe(
      'stock {"query":"query($representations:[_Any!]!){_entities(representations:$representations){...on Product{stock}}}",' +
        '"variables":{"representations":[{"__typename":"Product","sku":"t"}]}}',
    );
    expect(engine.sent).toHaveLength(4);
  });

  it('are none where none has anything to ask for', async () => {
    const engine = new TestEngine(planner).replies('shop', '{"data":{"me":null,"top":null}}');
    expect((await engine.execute('{ me { orders } top { stock } }')).text).toBe(
      '{"data":{"me":null,"top":null}}',
    );
    expect(engine.sent).toHaveLength(1);
  });

  it('stay alone where a client variable has a name that the merged request would use', async () => {
    const engine = new TestEngine(planner)
      .replies('shop', `{"data":{${SHOP.me},${SHOP.top}}}`)
      .replies('stock', '{"data":{"_entities":[{"orders":7}]}}', '{"data":{"_entities":[{"stock":1}]}}');
    const source =
      'query ($representations_2: Int) { me { orders(first: $representations_2) } top { stock } }';
    const { text, why } = await engine.execute(source, { representations_2: 3 });
    expect([text, why]).toEqual(['{"data":{"me":{"orders":7},"top":{"stock":1}}}', undefined]);
    expect(engine.sent).toHaveLength(3);
  });

  it('stay alone where they are of different levels', async () => {
    const { groups } = await new TestEngine(planner).compile('{ top { stock advertiser { orders } } }');
    expect(groups.map(({ subgraph, steps }) => `${subgraph} ${steps.length}`).sort()).toEqual([
      'ads 1',
      'shop 1',
      'stock 1',
      'stock 1',
    ]);
  });
});
