import { describe, expect, it } from 'vitest';
import { TestFederation } from '../../execute/complete/testing/test-federation.ts';

/** `a1 <- b1 <- a2 <- b2 <- a3`: each needs the one before, which the other subgraph owns. */
function zigzag() {
  const resolve = (name: string, needs?: string) => (reference: Readonly<Record<string, string>>) => {
    if (needs === undefined) return name;
    const needed = reference[needs];
    if (needed === undefined) throw new Error(`${name} was asked for without ${needs}`);
    return `${name}(${needed})`;
  };
  const owned = (fields: Readonly<Record<string, string>>) => ({
    __resolveReference: (reference: object) => reference,
    ...Object.fromEntries(
      Object.entries(fields).map(([name, needs]) => [name, resolve(name, needs || undefined)]),
    ),
  });
  const external = (subgraph: string, names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        () => {
          throw new Error(`${subgraph} does not own ${name}`);
        },
      ]),
    );
  return new TestFederation({
    a: {
      sdl: `
        type Query { fromA: Node }
        type Node @key(fields: "id") {
          id: ID! a1: String b1: String @external b2: String @external
          a2: String @requires(fields: "b1") a3: String @requires(fields: "b2")
        }`,
      resolvers: {
        Query: { fromA: () => ({ id: 1 }) },
        Node: { ...external('a', ['b1', 'b2']), ...owned({ a1: '', a2: 'b1', a3: 'b2' }) },
      },
    },
    b: {
      sdl: `
        type Query { fromB: Node }
        type Node @key(fields: "id") {
          id: ID! a1: String @external a2: String @external
          b1: String @requires(fields: "a1") b2: String @requires(fields: "a2") plain: String
        }`,
      resolvers: {
        Query: { fromB: () => ({ id: 1 }) },
        Node: { ...external('b', ['a1', 'a2']), ...owned({ b1: 'a1', b2: 'a2', plain: '' }) },
      },
    },
    c: {
      sdl: 'type Query { wrapped: Wrapped } type Wrapped { nodes: [Node] } type Node @key(fields: "id") { id: ID! }',
      resolvers: { Query: { wrapped: () => ({ nodes: [{ id: 1 }, null] }) } },
    },
  });
}

describe('a chain of @requires back and forth between two subgraphs', () => {
  it.each([
    ['a2', 'a2(b1(a1))'],
    ['b2', 'b2(a2(b1(a1)))'],
    ['a3', 'a3(b2(a2(b1(a1))))'],
  ])('is fetched one after the other up to %s, wherever it starts', async (field, value) => {
    const query = `{ fromA { ${field} } fromB { ${field} plain } wrapped { nodes { ${field} } } }`;
    expect(await zigzag().execute(query)).toEqual({
      data: {
        fromA: { [field]: value },
        fromB: { [field]: value, plain: 'plain' },
        wrapped: { nodes: [{ [field]: value }, null] },
      },
    });
  });
});

describe('a field that requires nothing', () => {
  it.each([
    [{ on: false }, { plain: 'plain' }],
    [{ on: true }, { b1: 'b1(a1)', plain: 'plain' }],
  ])('is answered beside one that requires something and is included only %j', async (variables, fromA) => {
    const query = 'query($on: Boolean!) { fromA { b1 @include(if: $on) plain } }';
    expect(await zigzag().execute(query, variables)).toEqual({ data: { fromA } });
  });

  it('shares a fetch with the others in an operation without conditions', async () => {
    const federation = zigzag();
    await federation.execute('{ fromA { b1 plain } }');
    expect(federation.sent.map(({ subgraph }) => subgraph)).toEqual(['a', 'b']);
  });
});

describe('a field that requires something, in a fragment under conditions', () => {
  it.each([
    ['... @include(if: $on) { a2 }', true],
    ['... @skip(if: $off) { ... on Node @include(if: $on) { ... { a2 } } }', true],
    ['...Needing @include(if: $on)', true],
    ['... @include(if: $on) { a2 @skip(if: $off) }', true],
    ['... @include(if: $on) { a2 } a2', false],
  ])('is not fetched where it is not asked for: %s', async (selection, isConditional) => {
    const offIfUsed = selection.includes('$off') ? '$off: Boolean!' : '';
    const query = `query($on: Boolean! ${offIfUsed}) { fromA { b1 ${selection} } }
      ${selection.includes('Needing') ? 'fragment Needing on Node { a2 }' : ''}`;
    const off = zigzag();
    const fields = { b1: 'b1(a1)', a2: 'a2(b1(a1))' };
    expect(await off.execute(query, { on: false, off: true })).toEqual({
      data: { fromA: isConditional ? { b1: 'b1(a1)' } : fields },
    });
    expect(off.sent.map(({ subgraph }) => subgraph)).toEqual(isConditional ? ['a', 'b'] : ['a', 'b', 'a']);
    expect(await zigzag().execute(query, { on: true, off: false })).toEqual({ data: { fromA: fields } });
  });
});

describe('an object that is asked for by two keys, one of them fetched under a condition only', () => {
  const federation = () =>
    new TestFederation({
      a: {
        sdl: 'type Query { nodes: [Node!] } type Node @key(fields: "sku") { id: ID! @shareable sku: String! }',
        resolvers: { Query: { nodes: () => [{ id: 1, sku: 'one' }] } },
      },
      b: {
        sdl: 'type Node @key(fields: "sku") @key(fields: "id") { id: ID! sku: String! weight: Int }',
        resolvers: { Node: { __resolveReference: () => ({ weight: 3 }) } },
      },
      c: {
        sdl: `type Node @key(fields: "id") {
          id: ID! weight: Int @external price: Int @requires(fields: "weight") }`,
        resolvers: { Node: { price: ({ weight }: { weight: number }) => weight * 2 } },
      },
    });

  it.each([
    [true, [{ weight: 3, price: 6 }]],
    [false, [{ price: 6 }]],
  ])('is asked for by the key that is there: %j', async (on, nodes) => {
    const subject = federation();
    const query = 'query($on: Boolean!) { nodes { ... on Node @include(if: $on) { weight } price } }';
    expect(await subject.execute(query, { on })).toEqual({ data: { nodes } });
    const [, byKeys] = subject.sent;
    const keys = on ? { sku: 'one', id: '1' } : { id: '1' };
    expect(byKeys?.variables.representations).toEqual([{ __typename: 'Node', ...keys }]);
  });
});

describe('an object of another subgraph that is asked for under a condition', () => {
  const federation = () =>
    new TestFederation({
      a: {
        sdl: 'type Query { node: Node } type Node @key(fields: "id") { id: ID! }',
        resolvers: { Query: { node: () => ({ id: 1 }) } },
      },
      b: {
        sdl: 'type Node @key(fields: "id") { id: ID! more: More } type More { x: Int }',
        resolvers: { Node: { __resolveReference: (object: object) => object, more: () => ({ x: 3 }) } },
      },
    });

  it.each([
    [{ on: true, x: true }, { more: { x: 3 } }],
    [{ on: true, x: false }, { more: {} }],
    [{ on: false, x: true }, {}],
  ])('is there though its own fields are not included: %j', async (variables, node) => {
    const query =
      'query($on: Boolean!, $x: Boolean!) { node { more @include(if: $on) { x @include(if: $x) } } }';
    expect(await federation().execute(query, variables)).toEqual({ data: { node } });
  });
});
