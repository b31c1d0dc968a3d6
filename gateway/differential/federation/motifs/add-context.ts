import type { Random } from '../../random.ts';
import type { FederationDraft } from './federation-draft.ts';

export function addContext(federation: FederationDraft, random: Random): void {
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
