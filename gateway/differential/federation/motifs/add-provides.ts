import type { Random } from '../../random.ts';
import { type FederationDraft, namedTypeOf, ownFields } from './federation-draft.ts';
import { subselection } from './subselection.ts';

export function addProvides(federation: FederationDraft, random: Random): void {
  const { catalogue, subgraphs } = federation;
  const provided = ownFields(federation).filter(({ draft }) => draft.shape.args === '');
  if (provided.length === 0) return;
  const field = random.pick(provided);
  const inner = subselection(catalogue, field.draft.shape.type, random);
  if (inner === undefined) return;
  const selection = `${field.name}${inner}`;
  const providers = subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].flatMap((type) =>
      type.keyword === 'interface' || subgraph.types.get(field.type)?.fields.has(field.name)
        ? []
        : [...type.fields.values()].flatMap((candidate) => {
            const named = namedTypeOf(candidate.shape.type);
            const abstract = [catalogue.unions.get(named), catalogue.interfaces.get(named)?.members].some(
              (members) => members?.includes(field.type),
            );
            if (named !== field.type && !(abstract && subgraph.types.has(field.type))) return [];
            return [
              {
                subgraph,
                candidate,
                fields: abstract ? `... on ${field.type} { ${selection} }` : selection,
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
