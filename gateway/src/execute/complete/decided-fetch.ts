import {
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  visit,
} from 'graphql';
import { type FetchNode, withDocument } from '../../plan/index.ts';
import { isIncluded, selectionContext } from './collect-fields.ts';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
const CONDITIONS = new Set(['skip', 'include']);

/**
 * The fetch without what its conditions leave out, and so without the @fromContext arguments of that alone: what they read is fetched under
 * the same conditions.
 */
export function decidedFetch(node: FetchNode, variables: Readonly<Record<string, unknown>>): FetchNode {
  const document = parse(node.operation, { noLocation: true });
  // The planner writes one operation and nothing else.
  const context = selectionContext(document, document.definitions[0] as OperationDefinitionNode, variables);
  const decide = (selection: FieldNode | InlineFragmentNode) =>
    isIncluded(selection, context) ? undefined : null;
  const decided = visit(document, {
    Field: { enter: decide, leave: withSomething },
    InlineFragment: { enter: decide, leave: unlessEmpty },
    Directive: ({ name }) => (CONDITIONS.has(name.value) ? null : undefined),
  });
  return withDocument(node, decided);
}

// Private:

function withSomething(field: FieldNode): FieldNode | undefined {
  if (field.selectionSet?.selections.length !== 0) return undefined;
  return { ...field, selectionSet: { ...field.selectionSet, selections: [TYPENAME] } };
}

function unlessEmpty({ selectionSet }: InlineFragmentNode): null | undefined {
  return selectionSet.selections.length === 0 ? null : undefined;
}
