import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { FetchNode } from '../query-plan.ts';
import { withDocument } from '../with-document.ts';

/** A field that a fetch asks of its entities. */
export interface EntityField {
  readonly node: FieldNode;
  /** The type whose field it is in the subgraph. */
  readonly type: string;
}

export function entityFields(document: DocumentNode): readonly EntityField[] {
  const walk = (set: SelectionSetNode, type: string): readonly EntityField[] =>
    set.selections.flatMap((selection): readonly EntityField[] => {
      if (selection.kind === Kind.FIELD) {
        return isTypename(selection) ? [] : [{ node: selection, type }];
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      return walk(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    });
  return entitySelections(document).flatMap((set) => walk(set, ''));
}

/** The fetch with only those fields of its entities, and only the variables that they use. */
export function withEntityFields(
  fetch: FetchNode,
  document: DocumentNode,
  fields: ReadonlySet<FieldNode>,
): FetchNode {
  const prune = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD)
        return isTypename(selection) || fields.has(selection) ? [selection] : [];
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
      const selectionSet = prune(selection.selectionSet);
      return selectionSet.selections.length === 0 ? [] : [{ ...selection, selectionSet }];
    }),
  });
  const entities = new Set(entitySelections(document));
  const pruned = visit(document, { SelectionSet: (set) => (entities.has(set) ? prune(set) : undefined) });
  return withDocument(fetch, pruned);
}

function entitySelections(document: DocumentNode): readonly SelectionSetNode[] {
  return document.definitions.flatMap((definition) =>
    definition.kind !== Kind.OPERATION_DEFINITION
      ? []
      : definition.selectionSet.selections.flatMap((root) =>
          root.kind === Kind.FIELD && root.selectionSet ? [root.selectionSet] : [],
        ),
  );
}

function isTypename({ name }: FieldNode): boolean {
  return name.value === '__typename';
}
