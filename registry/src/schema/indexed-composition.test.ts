import { composeServices } from '@apollo/composition';
import fc from 'fast-check';
import { parse, Source } from 'graphql';
import { describe, expect, it } from 'vitest';
import { indexComposition } from './indexed-composition.ts';

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@context", "@fromContext"])\n`;

type Subgraphs = Readonly<Record<string, string>>;

function outcomeOf(subgraphs: Subgraphs) {
  const services = Object.entries(subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://${name}.test`,
    typeDefs: parse(new Source(HEAD + sdl, name)),
  }));
  const { errors, supergraphSdl, hints } = composeServices(services);
  return {
    errors: errors?.map(({ message }) => message),
    supergraphSdl,
    hints: hints?.map(({ message }) => message),
  };
}

const CASES: Readonly<Record<string, Subgraphs>> = {
  'an entity of three subgraphs, one reached by a key of another': {
    a: 'type Query { t: T } type T @key(fields: "id") { id: ID! a: Int }',
    b: 'type T @key(fields: "id") @key(fields: "code") { id: ID! code: ID! b: Int }',
    c: 'type T @key(fields: "code") { code: ID! c: Int next: T }',
  },
  'a field that no key leads to': {
    a: 'type Query { t: T } type T @key(fields: "id") { id: ID! a: Int }',
    b: 'type T @key(fields: "id", resolvable: false) @key(fields: "code") { id: ID! code: ID! b: Int }',
    c: 'type T @key(fields: "id", resolvable: false) { id: ID! c: Int }',
  },
  'chained requirements, one that cannot be met': {
    a: 'type Query { t: T } type T @key(fields: "id") { id: ID! size: Int }',
    b: 'type T @key(fields: "id") { id: ID! size: Int @external weight: Int @requires(fields: "size") }',
    c: 'type T @key(fields: "id") { id: ID! weight: Int @external price: Int @requires(fields: "weight") }',
    d: 'type Query { other: U } type U { t: T } type T @key(fields: "id", resolvable: false) { id: ID! }',
  },
  'a requirement without a key to come back by': {
    a: 'type Query { t: T } type T @key(fields: "id") { id: ID! size: Int }',
    b: 'type Query { u: T } type T @key(fields: "id", resolvable: false) { id: ID! size: Int @external weight: Int @requires(fields: "size") }',
  },
  'interfaces and an interface object': {
    a: 'type Query { i: [I] } interface I @key(fields: "id") { id: ID! } type A implements I @key(fields: "id") { id: ID! a: Int } type B implements I @key(fields: "id") { id: ID! b: Int }',
    b: 'type I @key(fields: "id") @interfaceObject { id: ID! score: Int } type Query { scored: I }',
  },
  'a progressive override': {
    a: 'type Query { t: T } type T @key(fields: "id") { id: ID! moved: Int stays: Int }',
    b: 'type T @key(fields: "id") { id: ID! moved: Int @override(from: "a", label: "percent(10)") }',
  },
  'provided fields': {
    a: 'type Query { t: T @provides(fields: "name") deep: T } type T @key(fields: "id") { id: ID! name: String @external }',
    b: 'type T @key(fields: "id") { id: ID! name: String @shareable }',
  },
  'a mutation that two subgraphs could run, and only one to its end': {
    a: 'type Query { a: Int } type Mutation { change: R @shareable } type R @shareable { ok: Boolean } ',
    b: 'type Mutation { change: R @shareable } type R @shareable { ok: Boolean more: Int }',
  },
  'shared fields whose possible types differ': {
    a: 'type Query { u: U @shareable } union U = A | B type A @shareable { x: Int } type B @shareable { x: Int }',
    b: 'type Query { u: U @shareable } union U = A | C type A @shareable { x: Int } type C @shareable { x: Int }',
  },
  'values from a context': {
    a: 'type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! currency: String! u: U } type U @key(fields: "id") { id: ID! price(currency: String @fromContext(field: "$c { currency }")): Int }',
    b: 'type Query { u: U } type U @key(fields: "id") { id: ID! name: String }',
  },
};

const keySets: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(['id']) },
  fc.subarray(['id', 'code']),
);

/** Up to five subgraphs with up to three entities: keys, resolvable or not, fields, links and requirements at random. */
const randomSubgraphs: fc.Arbitrary<Subgraphs> = fc
  .array(
    fc.array(
      fc.record({
        keys: keySets,
        resolvable: fc.nat(9).map((roll) => roll > 0),
        fields: fc.subarray(['a', 'b', 'c', 'd']),
        link: fc.option(fc.nat(2), { nil: undefined }),
        requires: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
        root: fc.boolean(),
      }),
      { minLength: 3, maxLength: 3 },
    ),
    { minLength: 2, maxLength: 5 },
  )
  .map((subgraphs) =>
    Object.fromEntries(
      subgraphs.map((entities, index) => {
        const types = entities.map(({ keys, resolvable, fields, link, requires }, entity) => {
          const own = keys;
          const elsewhere = subgraphs.some((others) =>
            others[entity]?.fields.some((name) => name === requires),
          );
          const external = elsewhere && !fields.some((name) => name === requires) ? requires : undefined;
          return [
            `type E${entity} ${own.map((key) => `@key(fields: "${key}"${resolvable ? '' : ', resolvable: false'})`).join(' ')} {`,
            ...own.map((name) => `${name}: ID! @shareable`),
            ...fields.map((name) => `${name}: Int @shareable`),
            ...(link === undefined ? [] : [`link${index}: E${link}`]),
            ...(external === undefined
              ? []
              : [`${external}: Int @external`, `r${index}: Int @requires(fields: "${external}")`]),
            `always${index}: Int`,
            '}',
          ].join('\n');
        });
        const roots = entities.flatMap(({ root }, entity) =>
          root ? [`q${index}x${entity}: E${entity}`] : [],
        );
        return [`s${index}`, `type Query { any${index}: Int ${roots.join(' ')} }\n${types.join('\n')}`];
      }),
    ),
  );

const samples = fc.sample(randomSubgraphs, 80);
// Both are taken before anything is indexed: that cannot be undone in a process.
const plain = { cases: Object.values(CASES).map(outcomeOf), samples: samples.map(outcomeOf) };
indexComposition();

describe('composition by index', () => {
  it.each(Object.keys(CASES).map((name, index) => [name, index] as const))(
    'says the same of %s',
    (name, index) => {
      expect(outcomeOf(CASES[name] ?? {})).toEqual(plain.cases[index]);
    },
  );

  it('says the same of random subgraphs, errors word by word', () => {
    for (const [index, subgraphs] of samples.entries())
      expect(outcomeOf(subgraphs)).toEqual(plain.samples[index]);
  }, 60_000);

  it('was asked about schemas that compose and about schemas that do not', () => {
    const failed = plain.samples.filter(({ errors }) => errors !== undefined).length;
    expect(failed).toBeGreaterThan(10);
    expect(samples.length - failed).toBeGreaterThan(10);
    expect(plain.cases.filter(({ errors }) => errors !== undefined).length).toBeGreaterThan(2);
    expect(plain.cases.filter(({ errors }) => errors === undefined).length).toBeGreaterThan(4);
  });
});
