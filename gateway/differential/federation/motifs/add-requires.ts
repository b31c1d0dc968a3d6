import type { Random } from '../../random.ts';
import type { SubgraphDraft } from '../draft.ts';
import { type FederationDraft, type OwnField, ownFields, stranger } from './federation-draft.ts';
import { subselection } from './subselection.ts';

export function addRequires(federation: FederationDraft, random: Random): void {
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
export function addRequiresTwice(federation: FederationDraft, random: Random): void {
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
