import type { Random } from '../../random.ts';
import { type FederationDraft, ownFields } from './federation-draft.ts';

/** Nobody outside may see the field; @requires and keys still may. */
export function hideField(federation: FederationDraft, random: Random): void {
  const fields = ownFields(federation);
  if (fields.length > 0) random.pick(fields).draft.directives.add('@inaccessible');
}

/** A type that only a union and an interface of the subgraph know; objects of it come back all the same. */
export function hideType({ catalogue, subgraphs, count }: FederationDraft, random: Random): void {
  const subgraph = random.pick(subgraphs);
  const entity = [...subgraph.types.keys()].find((type) => catalogue.entities.has(type));
  if (entity === undefined) return;
  const number = count();
  const hidden = `Hidden${number}`;
  subgraph.type(hidden).directives.add('@inaccessible');
  subgraph.field(hidden, 'secret', { type: 'String', args: '' });
  subgraph.union(`Open${number}`, [entity, hidden]);
  const type = random.pick([`Open${number}`, `[Open${number}]`, `[Open${number}!]`]);
  subgraph.field('Query', `open${number}`, { type, args: '' });
}

/** A value that subgraphs send and clients may not see. */
export function hideEnumValue({ subgraphs, count }: FederationDraft, random: Random): void {
  const subgraph = random.pick(subgraphs);
  const number = count();
  subgraph.enum(`Shade${number}`, ['LIGHT', 'DARK @inaccessible']);
  const owner = random.pick([...subgraph.types.values()].filter(({ keyword }) => keyword === 'type'));
  if (/^(Mutation|V\w)$/.test(owner.name)) return;
  const type = random.pick([`Shade${number}`, `[Shade${number}]`, `Shade${number}!`]);
  subgraph.field(owner.name, `shade${number}`, { type, args: '' });
}
