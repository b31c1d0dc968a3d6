import { type DocumentNode, Kind, type SelectionSetNode, visit } from 'graphql';
import type { SourceNameOf } from '../source-names.ts';

const typenameSelection = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
} as const satisfies SelectionSetNode;

/**
 * The client's document as it is planned: under source names, and without introspection, which the planner would send to
 * a subgraph when it stands in a fragment. The same document when there is nothing to change, as is nearly always so.
 */
export function toSourceOperation(document: DocumentNode, sourceNameOf: SourceNameOf): DocumentNode {
  return visit(document, {
    Field: {
      enter(field) {
        if (field.name.value === '__schema' || field.name.value === '__type') return null;
        const sourceName = sourceNameOf(field);
        if (sourceName === (field.alias?.value ?? field.name.value)) return undefined;
        return { ...field, alias: { kind: Kind.NAME, value: sourceName } };
      },
    },
    SelectionSet: {
      leave: (set) => (set.selections.length === 0 ? typenameSelection : undefined),
    },
  });
}
