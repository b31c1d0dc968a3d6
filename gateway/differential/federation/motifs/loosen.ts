import type { Random } from '../../random.ts';
import type { FederationDraft } from './federation-draft.ts';

/** One of the subgraphs that share a field promises a value, another does not: clients are promised nothing. */
export function loosen({ subgraphs }: FederationDraft, random: Random): void {
  const shared = subgraphs.flatMap((subgraph) =>
    [...subgraph.types.values()].flatMap((type) =>
      [...type.fields]
        .filter(([, { shape, directives }]) => directives.has('@shareable') && !shape.type.endsWith('!'))
        .map(([name, field]) => ({ subgraph, type, name, field })),
    ),
  );
  if (shared.length === 0) return;
  const { type, name, field } = random.pick(shared);
  type.fields.set(name, { ...field, shape: { ...field.shape, type: `${field.shape.type}!` } });
}
