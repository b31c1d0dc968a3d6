import fc from 'fast-check';
import {
  buildSchema,
  executeSync,
  type GraphQLObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { expect, it } from 'vitest';
import { selectionContext } from './collect-fields.ts';
import { complete } from './complete-value.ts';
import type { DataObject } from './data-tree.ts';
import { FaultPaths } from './fault-paths.ts';
import { Selection } from './selection.ts';

const schema = buildSchema(`
  type Query { a: T b: T! list: [T] strict: [T!]! grid: [[T!]]! any: I anys: [I!] }
  interface I { n: Int m: Int! }
  type T implements I { n: Int m: Int! t: T u: T! ns: [Int!] grid: [[Int!]!] any: I }
  type U implements I { n: Int m: Int! }
`);

const document = parse(`
  query ($on: Boolean = true) {
    a { ...F t { ...F u { m } } } x: b { n ...F } list { ...F } strict { m u { n } } grid { y: n m }
    any { ...G } anys { n ...G __typename }
  }
  fragment F on T { m ns grid @include(if: $on) any { ...G } ... { z: n } }
  fragment G on I { m ... on T { ns } ... on U { n } }
`);
// It is the first definition of the document above.
const operation = document.definitions.find(
  ({ kind }) => kind === Kind.OPERATION_DEFINITION,
) as OperationDefinitionNode;

// Nulls in any place, scalars of wrong types: what a subgraph may send for each kind of field.
const { tree } = fc.letrec<{ tree: object; T: unknown; U: unknown; I: unknown }>((tie) => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 6 });
  const int = maybe(fc.oneof({ arbitrary: fc.integer({ min: -9, max: 9 }), weight: 12 }, fc.constant(0.5)));
  const list = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 3 });
  const T = maybe(
    fc.record(
      {
        __typename: fc.constant('T'),
        n: int,
        m: int,
        t: tie('T'),
        u: tie('T'),
        ns: maybe(list(int)),
        grid: maybe(list(maybe(list(int)))),
        any: tie('I'),
      },
      { noNullPrototype: true },
    ),
  );
  const U = maybe(fc.record({ __typename: fc.constant('U'), n: int, m: int }, { noNullPrototype: true }));
  return {
    T: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant(null), T),
    U,
    I: fc.oneof({ depthSize: 'small' }, tie('U'), tie('T')),
    tree: fc.record(
      {
        a: tie('T'),
        b: tie('T'),
        list: maybe(list(tie('T'))),
        strict: maybe(list(tie('T'))),
        grid: maybe(list(maybe(list(tie('T'))))),
        any: tie('I'),
        anys: maybe(list(tie('I'))),
      },
      { noNullPrototype: true },
    ),
  };
});

it('nulls as graphql-js nulls, with its error paths, over any nesting of lists and non-null types', () => {
  fc.assert(
    fc.property(tree, (rootValue) => {
      const expected = executeSync({ schema, document, rootValue });
      const { data, errors } = completed(rootValue as DataObject);
      expect(JSON.stringify(data)).toBe(JSON.stringify(expected.data));
      expect(errors.map(({ path }) => path)).toEqual((expected.errors ?? []).map(({ path }) => path));
    }),
    { numRuns: 500 },
  );
});

it('adds no error for a null that one at, above or below it explains', () => {
  const explained = new FaultPaths<true>();
  explained.add(['x', 'm'], true);
  explained.add(['strict', 0, 'u', 'n'], true);
  const { data, errors } = completed(
    { a: null, b: { n: 1, m: null }, list: null, strict: [{ m: 1, u: null }], grid: [], any: null, anys: [] },
    explained,
  );
  expect(data).toBeNull();
  expect(errors).toEqual([]);
});

function completed(sourceTree: DataObject, explained = new FaultPaths<unknown>()) {
  const context = selectionContext(document, operation, {});
  // The tree of a plan has aliases as keys; this one has the names of the schema.
  const sourceNameOf = ({ name }: { readonly name: { readonly value: string } }) => name.value;
  const selection = new Selection([operation.selectionSet], { schema, ...context, sourceNameOf });
  const rootType: GraphQLObjectType = schema.getQueryType() as GraphQLObjectType;
  return complete(sourceTree, rootType, selection, {
    schema,
    explained,
    absent: new FaultPaths<unknown>(),
    senderOf: () => undefined,
    introspect: () => null,
  });
}
