import type { Random } from '../../random.ts';
import type { FieldShape } from '../catalogue.ts';
import type { SubgraphDraft } from '../draft.ts';
import type { FederationDraft } from './federation-draft.ts';

/** An interface that is an entity, and a subgraph that adds to all its objects without knowing their types. */
export function addInterfaceObject(federation: FederationDraft, random: Random): void {
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
