import type { Random } from '../random.ts';
import type { Catalogue, FieldShape } from './catalogue.ts';
import type { FieldDraft, SubgraphDraft } from './draft.ts';

/** Adds one use of a directive to the subgraphs, or nothing where none fits. */
export type Motif = (federation: FederationDraft, random: Random) => void;

export interface FederationDraft {
  readonly catalogue: Catalogue;
  readonly subgraphs: readonly SubgraphDraft[];
  /** A number that no motif of this federation has had: for names. */
  count(): number;
}

export const MOTIFS: readonly (readonly [motif: Motif, weight: number])[] = [
  [addRequires, 4],
  [addRequiresTwice, 2],
  [addProvides, 3],
  [addOverride, 2],
  [addInterfaceObject, 2],
  [addContext, 2],
  [hide, 1],
];

/** A field that one subgraph answers alone. */
interface OwnField {
  readonly owner: SubgraphDraft;
  readonly type: string;
  readonly name: string;
  readonly draft: FieldDraft;
}

function ownFields({ catalogue, subgraphs }: FederationDraft): OwnField[] {
  return subgraphs.flatMap((owner) =>
    [...owner.types.values()]
      .filter(({ name }) => catalogue.entities.has(name))
      .flatMap((type) =>
        [...type.fields]
          .filter(
            ([name, { directives }]) =>
              !isKeyField(catalogue, type.name, name) && ![...directives].some(isElsewhere),
          )
          .map(([name, draft]) => ({ owner, type: type.name, name, draft })),
      ),
  );
}

const isElsewhere = (directive: string) => /^@(external|override|shareable)/.test(directive);
const isKeyField = (catalogue: Catalogue, type: string, field: string) =>
  catalogue.entities.get(type)?.keyFields.has(field) === true;
const leafTypes = /^[[\]!]*(Int|Float|String|Boolean|ID|Enum\w|Json|Decimal)\b/;

/** Another subgraph that does not know the field. */
function stranger({ subgraphs }: FederationDraft, { owner, type, name }: OwnField, random: Random) {
  const strangers = subgraphs.filter((other) => other !== owner && !other.types.get(type)?.fields.has(name));
  return strangers.length > 0 ? random.pick(strangers) : undefined;
}

function addRequires(federation: FederationDraft, random: Random): void {
  const fields = ownFields(federation);
  if (fields.length === 0) return;
  const first = random.pick(fields);
  const subgraph = stranger(federation, first, random);
  if (subgraph === undefined) return;
  const more = fields.filter(
    ({ owner, type, name }) =>
      type === first.type &&
      name !== first.name &&
      owner !== subgraph &&
      !subgraph.types.get(type)?.fields.has(name),
  );
  const required = [first, ...random.some(more, 0.2)];
  if (!isResolvable(subgraph, first.type)) return;
  const selections = required.map((field) => requiredSelection(federation, field, random));
  if (selections.includes(undefined)) return;
  for (const field of required) subgraph.field(field.type, field.name, field.draft.shape, ['@external']);
  const shape = federation.catalogue.drawField(random, { leaf: random.chance(0.7) });
  subgraph.field(first.type, `computed${federation.count()}`, shape, [
    `@requires(fields: "${selections.join(' ')}")`,
  ]);
}

/** One field with other arguments each time. */
function addRequiresTwice(federation: FederationDraft, random: Random): void {
  const fields = ownFields(federation).filter(({ draft }) => draft.shape.args.includes('unit'));
  if (fields.length === 0) return;
  const field = random.pick(fields);
  for (const unit of ['FOOT', 'METRE']) {
    const subgraph = stranger(federation, field, random) ?? federation.subgraphs[0];
    const selection = requiredSelection(federation, field, random, `(unit: ${unit})`);
    if (subgraph === undefined || subgraph === field.owner || selection === undefined) return;
    if (!isResolvable(subgraph, field.type)) return;
    subgraph.field(field.type, field.name, field.draft.shape, ['@external']);
    subgraph.field(field.type, `computed${federation.count()}`, { type: 'String', args: '' }, [
      `@requires(fields: "${selection}")`,
    ]);
  }
}

/** Composition lets a @requires pass that no key leads to; nobody can plan it. */
function isResolvable(subgraph: SubgraphDraft, type: string): boolean {
  return ![...subgraph.type(type).directives].some((directive) => directive.includes('resolvable: false'));
}

/** `price(unit: FOOT)`, `dims { part0 }`, `shape { ... on VA { part1 } }`. */
function requiredSelection(
  federation: FederationDraft,
  { name, draft: { shape } }: OwnField,
  random: Random,
  args = shape.args.includes('unit') ? `(unit: ${random.pick(['FOOT', 'METRE'])})` : '',
): string | undefined {
  const inner = subselection(federation.catalogue, shape.type, random);
  return inner === undefined ? undefined : `${name}${args}${inner}`;
}

function subselection(catalogue: Catalogue, type: string, random: Random): string | undefined {
  if (leafTypes.test(type)) return '';
  const name = type.replaceAll(/[[\]!]/g, '');
  const leavesOf = (object: string) => {
    const fields =
      catalogue.values.get(object) ??
      catalogue.entities.get(object)?.keyFields ??
      new Map<string, FieldShape>();
    const leaves = [...fields].filter(([, shape]) => leafTypes.test(shape.type) && shape.args === '');
    return leaves.slice(0, 1 + random.below(2)).map(([field]) => field);
  };
  const members = catalogue.unions.get(name) ?? catalogue.interfaces.get(name)?.members;
  if (members === undefined) {
    const leaves = catalogue.values.has(name) ? leavesOf(name) : ['id'];
    return leaves.length > 0 ? ` { ${leaves.join(' ')} }` : undefined;
  }
  const member = members[0];
  const leaves = member === undefined ? [] : catalogue.values.has(member) ? leavesOf(member) : ['id'];
  return leaves.length > 0 ? ` { ... on ${member} { ${leaves.join(' ')} } }` : undefined;
}

function addProvides(federation: FederationDraft, random: Random): void {
  const { catalogue, subgraphs } = federation;
  const provided = ownFields(federation).filter(
    ({ draft }) => draft.shape.args === '' && leafTypes.test(draft.shape.type),
  );
  if (provided.length === 0) return;
  const field = random.pick(provided);
  const providers = subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].flatMap((type) =>
      type.keyword === 'interface' || subgraph.types.get(field.type)?.fields.has(field.name)
        ? []
        : [...type.fields.values()].flatMap((candidate) => {
            const named = candidate.shape.type.replaceAll(/[[\]!]/g, '');
            const abstract = [catalogue.unions.get(named), catalogue.interfaces.get(named)?.members].some(
              (members) => members?.includes(field.type),
            );
            if (named !== field.type && !(abstract && subgraph.types.has(field.type))) return [];
            return [
              {
                subgraph,
                candidate,
                fields: abstract ? `... on ${field.type} { ${field.name} }` : field.name,
              },
            ];
          }),
    ),
  );
  if (providers.length === 0) return;
  const { subgraph, candidate, fields } = random.pick(providers);
  candidate.directives.add(`@provides(fields: "${fields}")`);
  subgraph.field(field.type, field.name, field.draft.shape, ['@external']);
  field.draft.directives.add('@shareable');
}

function addOverride(federation: FederationDraft, random: Random): void {
  const fields = ownFields(federation);
  if (fields.length === 0) return;
  const field = random.pick(fields);
  const subgraph = stranger(federation, field, random);
  if (subgraph === undefined) return;
  const label = random.chance(0.6) ? `, label: "${random.pick(['percent(30)', 'rollout', 'beta:2'])}"` : '';
  subgraph.field(field.type, field.name, field.draft.shape, [
    `@override(from: "${field.owner.name}"${label})`,
  ]);
}

/** An interface that is an entity, and a subgraph that adds to all its objects without knowing their types. */
function addInterfaceObject(federation: FederationDraft, random: Random): void {
  const { catalogue, subgraphs } = federation;
  const [home, guest, ...others] = random.shuffle(subgraphs);
  if (home === undefined || guest === undefined) return;
  const name = `Media${federation.count()}`;
  const id: FieldShape = { type: 'ID!', args: '' };
  const key = '@key(fields: "id")';
  const common: [string, FieldShape][] = [
    ['id', id],
    ['title', { type: random.pick(['String', 'String!', 'Json', '[Int]']), args: '' }],
  ];
  // Written into the draft by hand: the catalogue knows neither the interface nor its types.
  const face = draftType(home, name, 'interface');
  face.directives.add(key);
  const members = ['Book', 'Film'].map((kind) => `${kind}${name.slice(5)}`);
  for (const member of members) {
    const type = home.type(member);
    type.directives.add(key);
    type.implemented.add(name);
    for (const [field, shape] of common) home.field(member, field, shape);
    home.field(member, `own${member}`, catalogue.drawField(random));
  }
  for (const [field, shape] of common) home.field(name, field, shape);

  guest.type(name).directives.add(key).add('@interfaceObject');
  guest.field(name, 'id', id);
  guest.field(name, `rating${name}`, catalogue.drawField(random));
  if (random.chance(0.5)) {
    guest.field(name, 'title', common[1]?.[1] ?? id, ['@external']);
    guest.field(name, `review${name}`, catalogue.drawField(random, { leaf: true }), [
      '@requires(fields: "title")',
    ]);
  }
  home.field('Query', `home${name}`, { type: random.pick([name, `[${name}]`, `[${name}!]!`]), args: '' });
  if (random.chance(0.7))
    guest.field('Query', `guest${name}`, { type: random.pick([name, `[${name}!]`]), args: '' });
  const third = others[0];
  const member = members[0];
  if (third !== undefined && member !== undefined && random.chance(0.4)) {
    third.type(member).directives.add(key);
    third.field(member, 'id', id);
    third.field(member, `extra${member}`, catalogue.drawField(random));
  }
}

function draftType(subgraph: SubgraphDraft, name: string, keyword: 'interface') {
  const type = subgraph.type(name);
  // A draft's type is an object until somebody says otherwise, and nobody else can yet: the name is new.
  return Object.assign(type, { keyword });
}

function addContext(federation: FederationDraft, random: Random): void {
  const { catalogue, subgraphs } = federation;
  const [home, other] = random.shuffle(subgraphs);
  const holders = [...(home?.types.values() ?? [])].filter(({ name }) => catalogue.entities.has(name));
  if (home === undefined || other === undefined || holders.length === 0) return;
  const number = federation.count();
  const holder = random.pick(holders);
  const child = `Child${number}`;
  const given = `given${number}`;
  holder.directives.add(`@context(name: "context${number}")`);
  home.field(holder.name, given, { type: random.pick(['String', 'String!', 'Int', 'Json']), args: '' });
  const givenType = holder.fields.get(given)?.shape.type.replace('!', '') ?? 'String';
  for (const subgraph of [home, other]) {
    subgraph.type(child).directives.add('@key(fields: "id")');
    subgraph.field(child, 'id', { type: 'ID!', args: '' });
  }
  const argument = `(given: ${givenType} @fromContext(field: "$context${number} { ${given} }"))`;
  home.field(child, `seen${number}`, { ...catalogue.drawField(random, { leaf: true }), args: argument });
  other.field(child, `plain${number}`, catalogue.drawField(random));
  const link = random.chance(0.5) ? home : other;
  link.field(holder.name, `child${number}`, {
    type: random.pick([child, `[${child}]`, `${child}!`]),
    args: '',
  });
}

/** Nobody outside may see the field; @requires and keys still may. */
function hide(federation: FederationDraft, random: Random): void {
  const fields = ownFields(federation);
  if (fields.length > 0) random.pick(fields).draft.directives.add('@inaccessible');
}
