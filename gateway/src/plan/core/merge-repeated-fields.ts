import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { responseNameOf } from '../source-names.ts';

interface RootField {
  readonly field: FieldNode;
  /** The conditions of the fragments around it and its own, from the outside in. */
  readonly directives: readonly DirectiveNode[];
}

/**
 * Brings together what a mutation asks of one root field in several places: it runs once, at the first of them. The
 * planner does so itself where no conditions are involved; with a condition and other fields in between it would run the
 * field twice. Only where the first place has no condition: else it depends on the variables which place is the first.
 */
export function mergeRepeatedFields(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  if (operation.operation !== 'mutation') return document;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const fields = [...rootFields(operation.selectionSet, [], fragments)];
  if (new Set(fields.map(({ field }) => responseNameOf(field))).size === fields.length) return document;

  const merged = new Map<string, readonly RootField[]>();
  const places: (readonly RootField[])[] = [];
  for (const root of fields) {
    const name = responseNameOf(root.field);
    const first = merged.get(name);
    const place = first?.[0]?.directives.length === 0 ? [...first, root] : [root];
    if (place.length === 1) places.push(place);
    else places[places.indexOf(first ?? [])] = place;
    merged.set(name, place);
  }
  const selectionSet = { ...operation.selectionSet, selections: places.map(toSelection) };
  return {
    ...document,
    definitions: document.definitions.map((node) =>
      node === operation ? { ...operation, selectionSet } : node,
    ),
  };
}

function* rootFields(
  set: SelectionSetNode,
  around: readonly DirectiveNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Generator<RootField> {
  for (const selection of set.selections) {
    const directives = [...around, ...(selection.directives ?? [])];
    if (selection.kind === Kind.FIELD) {
      yield { field: { ...selection, directives: [] }, directives };
    } else {
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment) yield* rootFields(fragment.selectionSet, directives, fragments);
    }
  }
}

function toSelection([first, ...others]: readonly RootField[]): SelectionNode {
  if (first === undefined) throw new Error('A place without a field');
  if (first.directives.length > 0) return under(first.directives, [first.field]);
  const added = others.flatMap(({ field, directives }) =>
    field.selectionSet ? [under(directives, field.selectionSet.selections)] : [],
  );
  const { selectionSet } = first.field;
  if (!selectionSet || added.length === 0) return first.field;
  return {
    ...first.field,
    selectionSet: { ...selectionSet, selections: [...selectionSet.selections, ...added] },
  };
}

/** One fragment for each directive: the same one may stand there twice. */
function under(directives: readonly DirectiveNode[], selections: readonly SelectionNode[]): SelectionNode {
  const [outer, ...inner] = directives;
  const selectionSet: SelectionSetNode = {
    kind: Kind.SELECTION_SET,
    selections: inner.length === 0 ? selections : [under(inner, selections)],
  };
  return { kind: Kind.INLINE_FRAGMENT, directives: outer ? [outer] : [], selectionSet };
}
