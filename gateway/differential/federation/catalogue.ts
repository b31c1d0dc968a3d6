import type { Random } from '../random.ts';

// What a federation speaks of, before anybody decides which subgraph knows what.

/** A field as all subgraphs that define it must write it. */
export interface FieldShape {
  readonly type: string;
  /** `(first: Int = 2)`, or nothing. */
  readonly args: string;
}

export type Fields = Map<string, FieldShape>;

export interface EntityShape {
  readonly name: string;
  /** Field sets; the first one is the one that most subgraphs know. */
  readonly keys: readonly string[];
  /** Fields of the keys; `fields` has the others. */
  readonly keyFields: Fields;
  readonly fields: Fields;
}

export interface InterfaceShape {
  readonly name: string;
  readonly fields: Fields;
  readonly members: readonly string[];
}

export interface Catalogue {
  readonly entities: ReadonlyMap<string, EntityShape>;
  readonly values: ReadonlyMap<string, Fields>;
  readonly interfaces: ReadonlyMap<string, InterfaceShape>;
  readonly unions: ReadonlyMap<string, readonly string[]>;
  /** Enums of answers only, whose values subgraphs may know in part. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** A type and arguments for a new field. */
  drawField(random: Random, options?: { readonly leaf?: boolean }): FieldShape;
}

export const CUSTOM_SCALARS = ['Json', 'Decimal'] as const;
/** Types of arguments, the same in each subgraph. */
export const INPUT_TYPES: Readonly<Record<string, string>> = {
  Unit: 'enum Unit { METRE FOOT MILE }',
  Filter: 'input Filter { limit: Int = 3 words: [String!] unit: Unit = FOOT inner: Filter }',
};

const BUILT_IN = ['Int', 'Float', 'String', 'String', 'Boolean', 'ID'] as const;
const ARGUMENTS = [
  '(first: Int = 2)',
  '(unit: Unit)',
  '(unit: Unit! = MILE, first: Int)',
  '(filter: Filter)',
  '(text: String! = "a\\"b")',
  '(json: Json, ids: [ID!])',
  '(wide: Boolean = true)',
];

export function drawCatalogue(random: Random): Catalogue {
  const names = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${String.fromCharCode(65 + index)}`);
  const entityNames = names('E', 2 + random.below(4));
  const valueNames = names('V', random.below(3));
  const objectNames = [...entityNames, ...valueNames];
  const interfaceNames = names('I', random.below(3));
  const unionNames = names('U', random.below(3));
  const enums = new Map(
    names('Enum', 1 + random.below(2)).map((name) => [
      name,
      names(`${name.toUpperCase()}_`, 2 + random.below(3)),
    ]),
  );

  const leaf = (from: Random) =>
    from.chance(0.72)
      ? from.pick(BUILT_IN)
      : from.chance(0.5)
        ? from.pick([...enums.keys()])
        : from.pick(CUSTOM_SCALARS);
  const composite = (from: Random) => {
    if (interfaceNames.length > 0 && from.chance(0.22)) return from.pick(interfaceNames);
    if (unionNames.length > 0 && from.chance(0.22)) return from.pick(unionNames);
    if (valueNames.length > 0 && from.chance(0.3)) return from.pick(valueNames);
    return from.pick(entityNames);
  };
  const drawField: Catalogue['drawField'] = (from, options = {}) => ({
    type: wrap(from, options.leaf || from.chance(0.55) ? leaf(from) : composite(from)),
    args: from.chance(0.2) ? from.pick(ARGUMENTS) : '',
  });
  const drawFields = (from: Random, prefix: string, count: number, options?: { leaf: boolean }): Fields =>
    new Map(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, drawField(from, options)]));

  const values = new Map(
    valueNames.map((name, index) => {
      const fields = drawFields(random, 'part', 2 + random.below(2), { leaf: true });
      // Only of later ones, so that the value types hold each other in no circle.
      const inner = valueNames[index + 1];
      if (inner !== undefined && random.chance(0.4))
        fields.set('inner', { type: wrap(random, inner), args: '' });
      return [name, fields];
    }),
  );
  const entities = new Map(
    entityNames.map((name, index) => [
      name,
      drawEntity(random, name, entityNames[index + 1], (count) =>
        drawFields(random, `${name.toLowerCase()}`, count),
      ),
    ]),
  );
  const interfaces = new Map(
    interfaceNames.map((name) => {
      const members = random.shuffle(objectNames).slice(0, 1 + random.below(3));
      return [
        name,
        { name, members, fields: drawFields(random, `${name.toLowerCase()}`, 1 + random.below(2)) },
      ];
    }),
  );
  for (const { members, fields } of interfaces.values()) {
    // Where a value type is known, all of it is: no key leads from one subgraph's part to another's.
    for (const member of members) {
      for (const [field, shape] of fields) values.get(member)?.set(field, shape);
    }
  }
  const unions = new Map(
    unionNames.map((name) => [name, random.shuffle(objectNames).slice(0, 1 + random.below(3))]),
  );
  return { entities, values, interfaces, unions, enums, drawField };
}

function drawEntity(
  random: Random,
  name: string,
  other: string | undefined,
  drawFields: (count: number) => Fields,
): EntityShape {
  const plain = (type: string) => ({ type, args: '' });
  const keyFields: Fields = new Map([['id', plain('ID!')]]);
  const keys = ['id'];
  if (random.chance(0.35)) {
    keyFields.set('sku', plain('String!'));
    if (random.chance(0.5)) keyFields.set('region', plain('Int!'));
    keys.push([...keyFields.keys()].filter((field) => field !== 'id').join(' '));
  }
  if (other !== undefined && random.chance(0.2)) {
    keyFields.set('owner', plain(`${other}!`));
    keyFields.set('code', plain('Int!'));
    keys.push('code owner { id }');
  }
  return {
    name,
    keys: random.chance(0.75) ? keys : random.shuffle(keys),
    keyFields,
    fields: drawFields(2 + random.below(4)),
  };
}

function wrap(random: Random, type: string): string {
  const item = random.chance(0.35) ? `${type}!` : type;
  if (!random.chance(0.28)) return item;
  const list = random.chance(0.3) ? `[${item}]!` : `[${item}]`;
  return random.chance(0.1) ? `[${list}]` : list;
}
