import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, fragmentsOf, withSelectionOf } from './document-parts.ts';
import { withUnconditionalSelection } from './source-operation.ts';

/**
 * Repeats the conditions of fragments at those of their fields that need something of other subgraphs first. The planner forgets them on the
 * way: it would fetch the fields whether they are asked for or not, and tell errors of what nobody asked for. The same document where there
 * are none.
 */
export function withConditionsOfRequires(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  /** Names of fields with a @requires or a @fromContext. */
  needing: ReadonlySet<string>,
): DocumentNode {
  if (needing.size === 0) return document;
  const fragments = fragmentsOf(document);
  const selectionSet = repeated(operation.selectionSet, [], { needing, fragments });
  if (selectionSet === operation.selectionSet) return document;
  return withSelectionOf(document, operation, selectionSet);
}

interface Context {
  readonly needing: ReadonlySet<string>;
  readonly fragments: Fragments;
}

function repeated(
  set: SelectionSetNode,
  around: readonly DirectiveNode[],
  context: Context,
): SelectionSetNode {
  const selections = set.selections.map((node) => inSelection(node, around, context));
  const isSame = selections.every((node, index) => node === set.selections[index]);
  return isSame ? set : { ...set, selections };
}

function inSelection(node: SelectionNode, around: readonly DirectiveNode[], context: Context): SelectionNode {
  if (node.kind === Kind.FIELD) return inField(node, around, context);
  const fragment = node.kind === Kind.FRAGMENT_SPREAD ? context.fragments.get(node.name.value) : node;
  if (fragment === undefined) return node;
  const { directives = [] } = node;
  const selectionSet = repeated(
    fragment.selectionSet,
    [...around, ...directives.filter(isCondition)],
    context,
  );
  if (selectionSet === fragment.selectionSet) return node;
  const { typeCondition } = fragment;
  return { kind: Kind.INLINE_FRAGMENT, directives, selectionSet, ...(typeCondition && { typeCondition }) };
}

function inField(field: FieldNode, around: readonly DirectiveNode[], context: Context): FieldNode {
  const selectionSet = field.selectionSet && repeated(field.selectionSet, [], context);
  const inner =
    selectionSet === field.selectionSet ? field : { ...field, ...(selectionSet && { selectionSet }) };
  if (!context.needing.has(field.name.value)) return inner;
  // A field may have one of each name; its own says most.
  const byName = new Map([...around, ...(field.directives ?? [])].map((one) => [one.name.value, one]));
  if (byName.size === (field.directives?.length ?? 0)) return inner;
  return withUnconditionalSelection({ ...inner, directives: [...byName.values()] });
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}
