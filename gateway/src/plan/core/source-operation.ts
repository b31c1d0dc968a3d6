import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type Meanings, meaningOf, responseNameOf, type SourceNameOf } from '../source-names.ts';
import { constantCondition, isNeverAsked } from './constant-conditions.ts';

const typenameSelection = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
} as const satisfies SelectionSetNode;

/**
 * The response names that mean several things in an operation. Where the things belong to objects of different types that
 * is good GraphQL; but the planner merges what it fetches for one path and one subgraph without a look at the types
 * above, and keeps whichever meaning came first.
 */
export function ambiguousNames(document: DocumentNode, operation: OperationDefinitionNode): Meanings {
  const meanings = new Map<string, Set<string>>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION && definition !== operation) continue;
    visit(definition, {
      Field: (field) => {
        const name = responseNameOf(field);
        const known = meanings.get(name);
        if (known === undefined) meanings.set(name, new Set([meaningOf(field)]));
        else known.add(meaningOf(field));
      },
    });
  }
  const several = [...meanings].filter(([, known]) => known.size > 1);
  return Object.fromEntries(several.map(([name, known]) => [name, [...known]]));
}

/**
 * The client's document as it is planned: under source names, without what constants rule out, and without introspection,
 * which the planner would send to a subgraph when it stands in a fragment. The same document when there is nothing to
 * change, as is nearly always so.
 */
export function toSourceOperation(document: DocumentNode, sourceNameOf: SourceNameOf): DocumentNode {
  return visit(document, {
    Field: {
      enter(field) {
        if (field.name.value === '__schema' || field.name.value === '__type' || isNeverAsked(field))
          return null;
        const sourceName = sourceNameOf(field);
        if (sourceName === (field.alias?.value ?? field.name.value)) return undefined;
        return { ...field, alias: { kind: Kind.NAME, value: sourceName } };
      },
      leave(field) {
        const fetched = withUnconditionalSelection(withSelection(field) ?? field);
        return fetched === field ? undefined : fetched;
      },
    },
    FragmentSpread: { enter: nullIfNeverAsked },
    // A constant that lets everything through; those that let nothing through are gone with what they stand on.
    Directive: (directive) => (constantCondition(directive) === undefined ? undefined : null),
    InlineFragment: {
      enter: nullIfNeverAsked,
      leave: ({ selectionSet }) => (isEmpty(selectionSet) ? null : undefined),
    },
    FragmentDefinition: { leave: withSelection },
    OperationDefinition: { leave: withSelection },
  });
}

/** Nothing but introspection may have been selected. */
function withSelection<T extends { readonly selectionSet?: SelectionSetNode | undefined }>(
  node: T,
): T | undefined {
  return node.selectionSet && isEmpty(node.selectionSet)
    ? { ...node, selectionSet: typenameSelection }
    : undefined;
}

/**
 * A field that is asked under a condition may have nothing but conditional fields: it is then an empty object where theirs
 * are off. The planner would not fetch it at all, taking all their conditions for its own.
 */
export function withUnconditionalSelection(field: FieldNode): FieldNode {
  const { selectionSet } = field;
  if (!selectionSet || !field.directives?.length) return field;
  const hasPlainField = selectionSet.selections.some(
    (selection) => selection.kind === Kind.FIELD && !selection.directives?.length,
  );
  if (hasPlainField) return field;
  const selections = [...typenameSelection.selections, ...selectionSet.selections];
  return { ...field, selectionSet: { ...selectionSet, selections } };
}

function nullIfNeverAsked(node: SelectionNode): null | undefined {
  return isNeverAsked(node) ? null : undefined;
}

function isEmpty({ selections }: SelectionSetNode): boolean {
  return selections.length === 0;
}
