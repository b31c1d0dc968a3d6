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
 * Writes a mutation's root fields out of its fragments, in the order in which they have to run: the planner brings equal
 * fragments together, and with the second one its fields before what stands between the two.
 *
 * Brings together what is asked of one root field in several places: it runs once, at the first of them. The planner does
 * so itself where no conditions are involved; with a condition and other fields in between it would run the field twice.
 * Only where the first place has no condition: else it depends on the variables which place is the first.
 */
export function inRunningOrder(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  if (operation.operation !== 'mutation') return document;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const fields = [...rootFields(operation.selectionSet, [], fragments)];
  const isFlat = operation.selectionSet.selections.every(({ kind }) => kind === Kind.FIELD);
  if (isFlat && new Set(fields.map(({ field }) => responseNameOf(field))).size === fields.length)
    return document;

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
  if (first.directives.length > 0) return conditional(first);
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

/** Conditions are the field's own as far as they can: in equal fragments, see above, it would not keep its place. */
function conditional({ field, directives }: RootField): SelectionNode {
  const names = directives.map(({ name }) => name.value);
  const own = directives.filter((_, index) => names.lastIndexOf(names[index] ?? '') === index);
  const around = directives.filter((directive) => !own.includes(directive));
  const withOwn = { ...field, directives: own };
  return around.length === 0 ? withOwn : under(around, [withOwn]);
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
